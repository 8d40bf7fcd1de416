import { at, booleanAt, listAt, numberAt, stringAt } from '../../json/json.ts';
import { conditionOf, type KubernetesObject } from '../object.ts';
import type { Relations } from '../relations.ts';
import type { Evidence } from './evidence.ts';
import { isOver, isReady, phaseOf, restartPolicyOf } from './pod-state.ts';

/** What keeps a pod from being ready, the first cause first; undefined where nothing speaks against it. */
export function podEvidence(pod: KubernetesObject, relations: Relations): Evidence | undefined {
  if (pod.metadata.deletionTimestamp !== undefined || isReady(pod) || isReplaced(pod)) return undefined;
  return schedulingEvidence(pod) ?? containerEvidence(pod, relations) ?? mountEvidence(pod, relations);
}

/** Evicted, preempted, lost with its node: its controller makes another one. */
function isReplaced(pod: KubernetesObject): boolean {
  return isOver(pod) || (phaseOf(pod) === 'Failed' && stringAt(pod, 'status', 'reason') !== undefined);
}

function schedulingEvidence(pod: KubernetesObject): Evidence | undefined {
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (scheduled?.status !== 'False' || scheduled.reason !== 'Unschedulable') return undefined;
  return { source: 'scheduling', reason: scheduled.reason, message: scheduled.message, object: pod };
}

function containerEvidence(pod: KubernetesObject, relations: Relations): Evidence | undefined {
  const init = listAt(pod, 'status', 'initContainerStatuses').map((status) => ({ status, init: true }));
  const main = listAt(pod, 'status', 'containerStatuses').map((status) => ({ status, init: false }));
  for (const { status, init: isInit } of [...init, ...main]) {
    const found = statusEvidence(pod, status, isInit, relations);
    if (found) return found;
  }
  return undefined;
}

/** Reasons for waiting that are part of every start. */
const USUAL = ['', 'ContainerCreating', 'PodInitializing'];

function statusEvidence(
  pod: KubernetesObject,
  status: unknown,
  init: boolean,
  relations: Relations,
): Evidence | undefined {
  const container = stringAt(status, 'name') ?? '';
  const common = { object: pod, container, init, restarts: numberAt(status, 'restartCount') ?? 0 };
  const reason = stringAt(status, 'state', 'waiting', 'reason') ?? '';
  if (reason === 'CrashLoopBackOff')
    return { ...common, ...ended(at(status, 'lastState', 'terminated')), source: 'crash' };
  if (!USUAL.includes(reason)) {
    const message = stringAt(status, 'state', 'waiting', 'message') ?? '';
    return { ...common, source: 'waiting', reason, message: detailed(message, pod, container, relations) };
  }
  const terminated = at(status, 'state', 'terminated');
  if (terminated !== undefined && shouldNotEnd(pod, container, init, numberAt(terminated, 'exitCode') ?? 0))
    return { ...common, ...ended(terminated), source: 'crash' };
  return isUnready(status, init) ? probeEvidence(pod, container, common, relations) : undefined;
}

/** A container that has ended: wrong in any way but for one that has done its work. */
function shouldNotEnd(pod: KubernetesObject, container: string, init: boolean, exitCode: number): boolean {
  if (exitCode !== 0) return true;
  if (!init) return restartPolicyOf(pod) === 'Always';
  // A sidecar is an init container that is started again and again.
  const spec = listAt(pod, 'spec', 'initContainers').find((each) => stringAt(each, 'name') === container);
  return stringAt(spec, 'restartPolicy') === 'Always';
}

function isUnready(status: unknown, init: boolean): boolean {
  return !init && booleanAt(status, 'ready') === false && at(status, 'state', 'running') !== undefined;
}

function ended(terminated: unknown) {
  const exitCode = numberAt(terminated, 'exitCode');
  const signal =
    numberAt(terminated, 'signal') ?? (exitCode !== undefined && exitCode > 128 ? exitCode - 128 : undefined);
  return {
    reason: stringAt(terminated, 'reason') ?? 'Error',
    message: stringAt(terminated, 'message') ?? '',
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(signal === undefined ? {} : { signal }),
  };
}

/** Before Kubernetes 1.31 a back-off did not repeat why the pull failed; the event still tells. */
function detailed(message: string, pod: KubernetesObject, container: string, relations: Relations): string {
  if (message !== '' && !/^Back-off pulling image "[^"]*"$/.test(message)) return message;
  const event = relations
    .warnings(pod)
    .find(
      ({ reason, message: text, fieldPath }) =>
        reason === 'Failed' && text.startsWith('Failed to pull image') && isAbout(fieldPath, container),
    );
  return event?.message ?? message;
}

function isAbout(fieldPath: string, container: string): boolean {
  return fieldPath === '' || fieldPath.includes(`{${container}}`);
}

function probeEvidence(
  pod: KubernetesObject,
  container: string,
  common: Pick<Evidence, 'object' | 'restarts'>,
  relations: Relations,
): Evidence | undefined {
  const event = relations
    .warnings(pod)
    .find(
      ({ reason, fieldPath }) => (reason === 'Unhealthy' || reason === 'ProbeError') && isAbout(fieldPath, container),
    );
  return event && { ...common, container, source: 'probe', reason: event.reason, message: event.message };
}

function mountEvidence(pod: KubernetesObject, relations: Relations): Evidence | undefined {
  if (phaseOf(pod) !== 'Pending') return undefined;
  const event = relations
    .warnings(pod)
    .find(({ reason }) => reason === 'FailedMount' || reason === 'FailedAttachVolume');
  return event && { source: 'mount', reason: event.reason, message: event.message, object: pod };
}
