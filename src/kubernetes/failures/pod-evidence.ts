import { listAt, objectAt, stringAt } from '../../json/json.ts';
import { conditionOf, type KubernetesObject } from '../objects/object.ts';
import type { Relations } from '../objects/relations.ts';
import { isOver, isReady, phaseOf } from '../pods/pod-state.ts';
import { containerEvidence } from './container-evidence.ts';
import type { Evidence } from './evidence.ts';
import type { PodHistory } from './pod-history.ts';
import { since } from './pod-hold-ups.ts';
import { setupEvidence } from './setup-evidence.ts';

/** Why a pod isn't ready, as early in its start as possible. */
export function podEvidence(pod: KubernetesObject, relations: Relations, history: PodHistory): Evidence | undefined {
  const isRecovering = history.isRecovering(pod);
  if (pod.metadata.deletionTimestamp !== undefined || (isReady(pod) && !isRecovering)) return undefined;
  if (isDisrupted(pod)) return changedAt(pod) >= history.since ? disruptionEvidence(pod) : undefined;
  return (
    schedulingEvidence(pod, relations, history) ??
    containerEvidence(pod, relations, history) ??
    setupEvidence(pod, relations) ??
    nodeEvidence(pod, relations) ??
    gateEvidence(pod)
  );
}

/** Whether the pod was evicted, preempted, rejected by its node or lost with it. */
function isDisrupted(pod: KubernetesObject): boolean {
  return isOver(pod) || (phaseOf(pod) === 'Failed' && stringAt(pod, 'status', 'reason') !== undefined);
}

function disruptionEvidence(pod: KubernetesObject): Evidence {
  const disruption = conditionOf(pod, 'DisruptionTarget');
  return {
    source: 'node',
    reason: stringAt(pod, 'status', 'reason') ?? disruption?.reason ?? phaseOf(pod),
    message: stringAt(pod, 'status', 'message') ?? disruption?.message ?? '',
    object: pod,
  };
}

/** When the pod last changed its state, in ms since the epoch by the cluster's clock. */
function changedAt(pod: KubernetesObject): number {
  const times = [
    pod.metadata.creationTimestamp,
    ...['DisruptionTarget', 'Ready'].map((type) => conditionOf(pod, type)?.lastTransitionTime),
  ];
  return Math.max(0, ...times.map((time) => Date.parse(time ?? '') || 0));
}

/** Reasons of the events that the cluster autoscaler and Karpenter write about an unschedulable pod. */
const SCALING = ['TriggeredScaleUp', 'Nominated', 'NotTriggerScaleUp'];

function schedulingEvidence(pod: KubernetesObject, relations: Relations, history: PodHistory): Evidence | undefined {
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (stringAt(pod, 'spec', 'nodeName') !== undefined || scheduled?.status === 'True') return undefined;
  const provisioning = provisioningEvidence(pod, relations, history);
  if (provisioning) return provisioning;
  if (scheduled?.status !== 'False') return undefined;
  const scaling = relations.events(pod).find(({ reason }) => SCALING.includes(reason));
  // The scheduler has chosen a node, and is making room on it.
  const node = stringAt(pod, 'status', 'nominatedNodeName');
  if (node)
    return { source: 'scheduling', reason: 'Preempting', message: `waits for room on node ${node}`, object: pod };
  const { reason, message } = scaling && scaling.reason !== 'NotTriggerScaleUp' ? scaling : scheduled;
  const gates = listAt(pod, 'spec', 'schedulingGates').flatMap((gate) => stringAt(gate, 'name') ?? []);
  const named =
    scheduled.reason === 'SchedulingGated' && gates.length > 0 ? `${message}: ${gates.join(', ')}` : message;
  return { source: 'scheduling', reason, message: named, object: pod, ...since(scheduled.lastTransitionTime) };
}

/** What volume provisioners report about the claims of a pod that has no node yet. */
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

/** The containers were ready when the node stopped responding. */
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
  const readySince = since(conditionOf(pod, 'ContainersReady')?.lastTransitionTime);
  return { source: 'gate', reason: ready.reason, message: ready.message, object: pod, ...readySince };
}
