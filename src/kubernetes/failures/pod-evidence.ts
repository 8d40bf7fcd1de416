import { listAt, objectAt, stringAt } from '../../json/json.ts';
import { conditionOf, type KubernetesObject } from '../objects/object.ts';
import type { Relations } from '../objects/relations.ts';
import { isOver, isReady, phaseOf } from '../pods/pod-state.ts';
import { containerEvidence } from './container-evidence.ts';
import type { Evidence } from './evidence.ts';
import { setupEvidence } from './setup-evidence.ts';

/** What a single look at a pod can't tell. */
export interface PodHistory {
  /** What was told before this time (ms since the epoch, by the cluster's clock) is of an earlier try; pods that were lost before are no news. */
  readonly since: number;
  /** Whether a container of a pod has crashed a moment ago: without a readiness probe it is ready as soon as it runs again. */
  isRecovering(pod: KubernetesObject): boolean;
}

/** What keeps a pod from being ready, the first cause first; undefined where nothing speaks against it. */
export function podEvidence(pod: KubernetesObject, relations: Relations, memory: PodHistory): Evidence | undefined {
  const isRecovering = memory.isRecovering(pod);
  if (pod.metadata.deletionTimestamp !== undefined || (isReady(pod) && !isRecovering)) return undefined;
  if (isGivenUp(pod)) return changedAt(pod) >= memory.since ? givenUp(pod) : undefined;
  return (
    schedulingEvidence(pod, relations, memory) ??
    containerEvidence(pod, relations, isRecovering) ??
    setupEvidence(pod, relations) ??
    nodeEvidence(pod, relations) ??
    gateEvidence(pod)
  );
}

/** Evicted, preempted, refused by its node or lost with it. */
function isGivenUp(pod: KubernetesObject): boolean {
  return isOver(pod) || (phaseOf(pod) === 'Failed' && stringAt(pod, 'status', 'reason') !== undefined);
}

function givenUp(pod: KubernetesObject): Evidence {
  const disruption = conditionOf(pod, 'DisruptionTarget');
  return {
    source: 'node',
    reason: stringAt(pod, 'status', 'reason') ?? disruption?.reason ?? phaseOf(pod),
    message: stringAt(pod, 'status', 'message') ?? disruption?.message ?? '',
    object: pod,
  };
}

/** When a pod last became something else, in ms since the epoch by the cluster's clock. */
function changedAt(pod: KubernetesObject): number {
  const times = [
    pod.metadata.creationTimestamp,
    ...['DisruptionTarget', 'Ready'].map((type) => conditionOf(pod, type)?.lastTransitionTime),
  ];
  return Math.max(0, ...times.map((time) => Date.parse(time ?? '') || 0));
}

/** What autoscalers tell of a pod that has no room: the cluster autoscaler, Karpenter. */
const SCALING = ['TriggeredScaleUp', 'Nominated', 'NotTriggerScaleUp'];

function schedulingEvidence(pod: KubernetesObject, relations: Relations, memory: PodHistory): Evidence | undefined {
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (stringAt(pod, 'spec', 'nodeName') !== undefined || scheduled?.status === 'True') return undefined;
  const refused = provisioningEvidence(pod, relations, memory);
  if (refused) return refused;
  if (scheduled?.status !== 'False') return undefined;
  const scaling = relations.events(pod).find(({ reason }) => SCALING.includes(reason));
  const { reason, message } = scaling && scaling.reason !== 'NotTriggerScaleUp' ? scaling : scheduled;
  return { source: 'scheduling', reason, message, object: pod };
}

/** What whoever makes volumes says of the claims of a pod that has no node yet. */
function provisioningEvidence(
  pod: KubernetesObject,
  relations: Relations,
  { since }: PodHistory,
): Evidence | undefined {
  for (const volume of listAt(pod, 'spec', 'volumes')) {
    const claim = stringAt(objectAt(volume, 'persistentVolumeClaim'), 'claimName') ?? '';
    const [latest] = claim === '' ? [] : relations.eventsAbout('PersistentVolumeClaim', claim);
    if (latest && latest.at >= since && ['ProvisioningFailed', 'FailedBinding'].includes(latest.reason))
      return { source: 'provisioning', reason: latest.reason, message: latest.message, object: pod, claim };
  }
  return undefined;
}

/** Its containers are as they were, but the node does not answer. */
function nodeEvidence(pod: KubernetesObject, relations: Relations): Evidence | undefined {
  const lost = relations.events(pod).find(({ reason }) => reason === 'NodeNotReady');
  const statuses = listAt(pod, 'status', 'containerStatuses');
  if (!lost || statuses.length === 0 || conditionOf(pod, 'ContainersReady')?.status === 'False') return undefined;
  return { source: 'node', reason: lost.reason, message: lost.message, object: pod };
}

function gateEvidence(pod: KubernetesObject): Evidence | undefined {
  if (conditionOf(pod, 'ContainersReady')?.status !== 'True') return undefined;
  const ready = conditionOf(pod, 'Ready');
  if (ready?.reason !== 'ReadinessGatesNotReady') return undefined;
  return { source: 'gate', reason: ready.reason, message: ready.message, object: pod };
}
