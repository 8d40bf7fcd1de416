import { at, numberAt, stringAt } from '../../json/json.ts';
import { conditionOf, type KubernetesObject } from '../objects/object.ts';
import type { Relations } from '../objects/relations.ts';
import { wellKnown } from '../objects/well-known.ts';
import type { PodSet } from '../pods/pod-set.ts';
import { isLive, isReady, nodeNameOf, phaseOf } from '../pods/pod-state.ts';
import { causeOfEvidence } from './causes.ts';
import { describeEvidence } from './describe.ts';
import type { Evidence } from './evidence.ts';
import type { Finding } from './findings.ts';
import { podEvidence } from './pod-evidence.ts';
import { podHoldUp, since } from './pod-hold-ups.ts';
import { terminatingEvidence } from './terminating.ts';

/** Of whom and when it is asked. */
interface Moment {
  readonly relations: Relations;
  /** Milliseconds since the epoch, by the cluster's clock. */
  readonly now: number;
}

/**
 * What a workload without findings waits for: the pod that holds it up, since when, why, and what to do. It is for the diagnosis only and
 * never fails a rollout.
 */
export function holdUpOf(workload: KubernetesObject, pods: PodSet | undefined, moment: Moment): Finding | undefined {
  const evidence = deletionEvidence(workload) ?? (pods && evidenceOf(workload, pods, moment));
  const cause = evidence && causeOfEvidence(evidence);
  return cause && { cause, evidence, isFinal: false, key: `${evidence.object.metadata.uid}/${cause}` };
}

function evidenceOf(workload: KubernetesObject, pods: PodSet, moment: Moment): Evidence | undefined {
  const live = pods.current.filter(isLive);
  return (
    brokenOldPod(workload, pods, moment) ??
    terminatingPod(workload, pods, moment) ??
    first(live.map((pod) => (pods.countsAttempts ? runningPod(pod) : undefined) ?? podHoldUp(pod))) ??
    missingPods(workload, pods, live) ??
    oldPod(pods) ??
    notAvailable(workload, live, moment)
  );
}

function deletionEvidence({ metadata, ...rest }: KubernetesObject): Evidence | undefined {
  if (metadata.deletionTimestamp === undefined || rest.kind === 'Pod') return undefined;
  const { finalizers, deletionTimestamp } = metadata;
  const message = finalizers.length > 0 ? `its finalizers are not removed: ${finalizers.join(', ')}` : '';
  const object = { metadata, ...rest };
  return { source: 'hold-up', reason: 'BeingDeleted', message, object, ...since(deletionTimestamp) };
}

/** The controller of a StatefulSet with OrderedReady waits for every pod before it replaces one, even for those that it would replace. */
function brokenOldPod(workload: KubernetesObject, { current }: PodSet, { relations }: Moment): Evidence | undefined {
  if (workload.kind !== 'StatefulSet' || stringAt(workload, 'spec', 'podManagementPolicy') === 'Parallel')
    return undefined;
  const others = relations.ownedBy(workload, wellKnown.pods).filter((pod) => !current.includes(pod));
  const broken = others.find((pod) => isLive(pod) && !isReady(pod));
  if (!broken) return undefined;
  const history = { since: 0, isRecovering: () => false, ranOutOfMemory: () => false };
  const why = podEvidence(broken, relations, history) ?? podHoldUp(broken);
  const { name, namespace } = broken.metadata;
  return {
    source: 'hold-up',
    reason: 'OldPodNotReady',
    message: why ? describeEvidence(why) : 'it is not ready',
    object: broken,
    ...(why?.container === undefined ? {} : { container: why.container, part: why.part ?? 'container' }),
    ...since(conditionOf(broken, 'Ready')?.lastTransitionTime ?? broken.metadata.creationTimestamp),
    hint: `Delete the pod (\`kubectl delete pod ${name} --namespace ${namespace}\`): a StatefulSet with OrderedReady replaces none before all others are ready.`,
  };
}

/** A deleted pod that the controller waits for before it creates another one. */
function terminatingPod(workload: KubernetesObject, pods: PodSet, { relations, now }: Moment): Evidence | undefined {
  if (!awaitsEndOfPods(workload)) return undefined;
  const all =
    workload.kind === 'StatefulSet' ? relations.ownedBy(workload, wellKnown.pods) : [...pods.old, ...pods.current];
  const leaving = all.find(({ metadata }) => metadata.deletionTimestamp !== undefined);
  return leaving && terminatingEvidence(leaving, relations, now);
}

function awaitsEndOfPods(workload: KubernetesObject): boolean {
  switch (workload.kind) {
    case 'Deployment':
      return stringAt(workload, 'spec', 'strategy', 'type') === 'Recreate';
    case 'Job':
      return stringAt(workload, 'spec', 'podReplacementPolicy') === 'Failed';
    default:
      return ['StatefulSet', 'DaemonSet', 'Pod'].includes(workload.kind);
  }
}

/** Of a Job. */
function runningPod(pod: KubernetesObject): Evidence | undefined {
  if (phaseOf(pod) !== 'Running' || !isReady(pod)) return undefined;
  const [status] = [at(pod, 'status', 'containerStatuses', 0)];
  const container = stringAt(status, 'name');
  const started = since(stringAt(status, 'state', 'running', 'startedAt') ?? stringAt(pod, 'status', 'startTime'));
  const common = {
    source: 'hold-up',
    reason: 'Running',
    message: 'it has not ended',
    object: pod,
    ...started,
  } as const;
  return container === undefined ? common : { ...common, container, part: 'container' };
}

function missingPods(
  workload: KubernetesObject,
  { creators, desired }: PodSet,
  live: readonly KubernetesObject[],
): Evidence | undefined {
  if (live.length >= desired) return undefined;
  const [object = workload] = creators;
  const message = `${live.length} of ${desired} pods of the new revision exist, and no event says why`;
  return { source: 'hold-up', reason: 'PodsMissing', message, object, ...since(object.metadata.creationTimestamp) };
}

function oldPod({ old }: PodSet): Evidence | undefined {
  const left = old.find(isLive);
  if (!left) return undefined;
  const message = `it is of an earlier revision, on node ${nodeNameOf(left)}${isReady(left) ? '' : ', and not ready'}`;
  return { source: 'hold-up', reason: 'OldPod', message, object: left, ...since(left.metadata.creationTimestamp) };
}

function notAvailable(
  workload: KubernetesObject,
  live: readonly KubernetesObject[],
  { now }: Moment,
): Evidence | undefined {
  const seconds = numberAt(workload, 'spec', 'minReadySeconds') ?? 0;
  const [newest] = [...live].sort((a, b) => readySince(b) - readySince(a));
  if (!newest || readySince(newest) + seconds * 1000 <= now) return undefined;
  const message = `it must be ready for ${seconds} s (minReadySeconds)`;
  return { source: 'hold-up', reason: 'NotAvailable', message, object: newest, since: readySince(newest) };
}

function readySince(pod: KubernetesObject): number {
  return Date.parse(conditionOf(pod, 'Ready')?.lastTransitionTime ?? '') || 0;
}

function first(evidences: readonly (Evidence | undefined)[]): Evidence | undefined {
  return evidences.find((each) => each !== undefined);
}
