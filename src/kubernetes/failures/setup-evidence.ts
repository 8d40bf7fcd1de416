import { conditionOf, type KubernetesObject } from '../objects/object.ts';
import type { Relations } from '../objects/relations.ts';
import { phaseOf } from '../pods/pod-state.ts';
import type { Evidence } from './evidence.ts';

const FAILURES = ['FailedMount', 'FailedAttachVolume', 'FailedMapVolume', 'FailedCreatePodSandBox'];
/** Events of the node once volumes and network are ready. */
const LATER = ['Pulling', 'Pulled', 'Created', 'Started'];

/** Why a node can't set up the volumes or the network of a pod, unless it has succeeded since. */
export function setupEvidence(pod: KubernetesObject, relations: Relations): Evidence | undefined {
  if (phaseOf(pod) !== 'Pending' || conditionOf(pod, 'PodReadyToStartContainers')?.status === 'True') return undefined;
  const events = relations.events(pod);
  const failure = events.find(({ reason }) => FAILURES.includes(reason));
  if (!failure || events.some(({ reason, at }) => LATER.includes(reason) && at >= failure.at)) return undefined;
  return { source: 'setup', reason: failure.reason, message: failure.message, object: pod };
}
