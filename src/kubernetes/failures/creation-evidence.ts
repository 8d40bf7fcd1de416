import { conditionOf, type KubernetesObject } from '../objects/object.ts';
import type { Relations } from '../objects/relations.ts';
import type { Evidence } from './evidence.ts';

/**
 * Why a controller can't create pods: a ReplicaSet's condition, or the event of any other controller (which keeps no condition).
 * @param since events before this time (ms since the epoch) are of an earlier try.
 */
export function creationEvidence(maker: KubernetesObject, relations: Relations, since: number): Evidence | undefined {
  const condition = conditionOf(maker, 'ReplicaFailure');
  if (condition?.status === 'True' && condition.reason === 'FailedCreate')
    return { source: 'creation', reason: condition.reason, message: condition.message, object: maker };
  if (maker.kind === 'ReplicaSet') return undefined;
  const events = relations.events(maker);
  const failure = events.find(({ reason, at }) => reason === 'FailedCreate' && at >= since);
  // It has got over it since.
  if (!failure || events.some(({ reason, at }) => reason === 'SuccessfulCreate' && at > failure.at)) return undefined;
  return { source: 'creation', reason: failure.reason, message: failure.message, object: maker };
}
