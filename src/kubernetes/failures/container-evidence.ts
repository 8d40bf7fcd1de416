import { defined } from '../../core/defined.ts';
import { at, booleanAt, numberAt, stringAt } from '../../json/json.ts';
import type { KubernetesObject } from '../objects/object.ts';
import type { ObjectEvent, Relations } from '../objects/relations.ts';
import { type ContainerStatus, containersOf } from '../pods/containers.ts';
import { restartPolicyOf } from '../pods/pod-state.ts';
import type { Evidence } from './evidence.ts';

/**
 * The first container that keeps its pod from being ready, in the order in which they start: init containers and sidecars first.
 * @param isRecovering whether a container crashed a moment ago.
 */
export function containerEvidence(
  pod: KubernetesObject,
  relations: Relations,
  isRecovering: boolean,
): Evidence | undefined {
  for (const container of containersOf(pod)) {
    const evidence = statusEvidence(pod, container, relations, isRecovering);
    if (evidence) return evidence;
  }
  return undefined;
}

/** Reasons for waiting that every start goes through. */
const NORMAL = ['', 'ContainerCreating', 'PodInitializing'];

function statusEvidence(
  pod: KubernetesObject,
  container: ContainerStatus,
  relations: Relations,
  isRecovering: boolean,
): Evidence | undefined {
  const { name, part, status } = container;
  const common = { object: pod, container: name, part, restarts: numberAt(status, 'restartCount') ?? 0 };
  const events = relations.events(pod).filter(({ fieldPath }) => isAbout(fieldPath, name));
  const reason = stringAt(status, 'state', 'waiting', 'reason') ?? '';
  if (reason === 'CrashLoopBackOff')
    return { ...common, ...exitOf(at(status, 'lastState', 'terminated'), events), source: 'crash' };
  if (!NORMAL.includes(reason)) {
    const message = stringAt(status, 'state', 'waiting', 'message') ?? '';
    return { ...common, source: 'waiting', reason, message: pullError(message, events) };
  }
  const terminated = at(status, 'state', 'terminated');
  if (terminated !== undefined && isUnexpectedExit(pod, container, numberAt(terminated, 'exitCode') ?? 0))
    return { ...common, ...exitOf(terminated, events), source: 'crash' };
  if (part === 'init container' || at(status, 'state', 'running') === undefined) return undefined;
  const before = at(status, 'lastState', 'terminated');
  if (isRecovering && before !== undefined)
    return { ...common, ...exitOf(before, events), source: 'crash', isPast: true };
  const probe = booleanAt(status, 'ready') === false ? events.find(isProbe) : undefined;
  return probe && { ...common, source: 'probe', reason: probe.reason, message: probe.message };
}

/** Only an init container, or a container of a pod that runs to completion, may exit, and only with code 0. */
function isUnexpectedExit(pod: KubernetesObject, { part }: ContainerStatus, exitCode: number): boolean {
  if (exitCode !== 0 || part === 'sidecar') return true;
  return part === 'container' && restartPolicyOf(pod) === 'Always';
}

/** How a container exited. If its node killed it because of a probe, the message is that of the probe. */
function exitOf(terminated: unknown, events: readonly ObjectEvent[]) {
  const exitCode = numberAt(terminated, 'exitCode');
  const signal =
    numberAt(terminated, 'signal') ?? (exitCode !== undefined && exitCode > 128 ? exitCode - 128 : undefined);
  const killed = events.some(({ reason, message }) => reason === 'Killing' && KILLED_BY_PROBE.test(message));
  const probe = killed ? events.find((event) => isProbe(event) && !event.message.startsWith('Readiness')) : undefined;
  return {
    reason: stringAt(terminated, 'reason') ?? 'Error',
    message: probe?.message ?? stringAt(terminated, 'message') ?? '',
    ...defined({ exitCode, signal }),
  };
}

const KILLED_BY_PROBE = /failed (liveness|startup) probe/;

function isProbe({ reason }: ObjectEvent): boolean {
  return reason === 'Unhealthy' || reason === 'ProbeError';
}

/** Before Kubernetes 1.31 the message of a back-off didn't repeat why the pull failed. The event has it. */
function pullError(message: string, events: readonly ObjectEvent[]): string {
  if (message !== '' && !/^Back-off pulling image "[^"]*"$/.test(message)) return message;
  const event = events.find(
    ({ reason, message: text }) => reason === 'Failed' && text.startsWith('Failed to pull image'),
  );
  return event?.message ?? message;
}

function isAbout(fieldPath: string, container: string): boolean {
  return fieldPath === '' || fieldPath.includes(`{${container}}`);
}
