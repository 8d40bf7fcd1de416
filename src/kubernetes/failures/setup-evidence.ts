import { conditionOf, type KubernetesObject } from '../objects/object.ts';
import type { Relations } from '../objects/relations.ts';
import { phaseOf } from '../pods/pod-state.ts';
import type { Evidence } from './evidence.ts';

const FAILURES = ['FailedMount', 'FailedAttachVolume', 'FailedMapVolume', 'FailedCreatePodSandBox'];
/** What a node does once volumes and network are there. */
const LATER = ['Pulling', 'Pulled', 'Created', 'Started'];

/** What keeps a node from setting up the volumes and the network of a pod, as long as it has not got further since. */
export function setupEvidence(pod: KubernetesObject, relations: Relations): Evidence | undefined {
  if (phaseOf(pod) !== 'Pending' || conditionOf(pod, 'PodReadyToStartContainers')?.status === 'True') return undefined;
  const events = relations.events(pod);
  const failure = events.find(({ reason }) => FAILURES.includes(reason));
  if (!failure || events.some(({ reason, at }) => LATER.includes(reason) && at >= failure.at)) return undefined;
  return { source: 'setup', reason: failure.reason, message: failure.message, object: pod };
}
