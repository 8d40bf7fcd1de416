import { conditionOf, type KubernetesObject } from '../objects/object.ts';
import type { Relations } from '../objects/relations.ts';
import type { Evidence } from './evidence.ts';

/**
 * Why a controller can't create pods: the condition of a ReplicaSet, or an event of any other controller, which keeps no condition.
 * @param since events before this time (ms since the epoch) belong to an earlier rollout.
 */
export function creationEvidence(creator: KubernetesObject, relations: Relations, since: number): Evidence | undefined {
  const condition = conditionOf(creator, 'ReplicaFailure');
  if (condition?.status === 'True' && condition.reason === 'FailedCreate')
    return { source: 'creation', reason: condition.reason, message: condition.message, object: creator };
  if (creator.kind === 'ReplicaSet') return undefined;
  const events = relations.events(creator);
  const failure = events.find(({ reason, at }) => reason === 'FailedCreate' && at >= since);
  if (!failure) return undefined;
  const hasRecovered = events.some(({ reason, at }) => reason === 'SuccessfulCreate' && at > failure.at);
  return hasRecovered
    ? undefined
    : { source: 'creation', reason: failure.reason, message: failure.message, object: creator };
}
