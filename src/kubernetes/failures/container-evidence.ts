import { defined } from '../../core/defined.ts';
import { at, booleanAt, numberAt, stringAt } from '../../json/json.ts';
import type { KubernetesObject } from '../objects/object.ts';
import type { ObjectEvent, Relations } from '../objects/relations.ts';
import { type ContainerStatus, containersOf } from '../pods/containers.ts';
import { restartPolicyOf } from '../pods/pod-state.ts';
import type { Evidence } from './evidence.ts';

/**
 * The container that holds up its pod, in the order in which they are started: init containers and sidecars first.
 * @param isRecovering whether one of them has crashed a moment ago.
 */
export function containerEvidence(
  pod: KubernetesObject,
  relations: Relations,
  isRecovering: boolean,
): Evidence | undefined {
  for (const container of containersOf(pod)) {
    const found = statusEvidence(pod, container, relations, isRecovering);
    if (found) return found;
  }
  return undefined;
}

/** Reasons for waiting that are part of every start. */
const USUAL = ['', 'ContainerCreating', 'PodInitializing'];

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
    return { ...common, ...ended(at(status, 'lastState', 'terminated'), events), source: 'crash' };
  if (!USUAL.includes(reason)) {
    const message = stringAt(status, 'state', 'waiting', 'message') ?? '';
    return { ...common, source: 'waiting', reason, message: detailed(message, events) };
  }
  const terminated = at(status, 'state', 'terminated');
  if (terminated !== undefined && shouldNotEnd(pod, container, numberAt(terminated, 'exitCode') ?? 0))
    return { ...common, ...ended(terminated, events), source: 'crash' };
  if (part === 'init container' || at(status, 'state', 'running') === undefined) return undefined;
  const before = at(status, 'lastState', 'terminated');
  if (isRecovering && before !== undefined)
    return { ...common, ...ended(before, events), source: 'crash', isPast: true };
  const probe = booleanAt(status, 'ready') === false ? events.find(isProbe) : undefined;
  return probe && { ...common, source: 'probe', reason: probe.reason, message: probe.message };
}

/** A container that has ended: wrong in any way but for one that has done its work. */
function shouldNotEnd(pod: KubernetesObject, { part }: ContainerStatus, exitCode: number): boolean {
  if (exitCode !== 0 || part === 'sidecar') return true;
  return part === 'container' && restartPolicyOf(pod) === 'Always';
}

/** How a container ended; where its node has killed it for a probe, that is why. */
function ended(terminated: unknown, events: readonly ObjectEvent[]) {
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

/** Before Kubernetes 1.31 a back-off did not repeat why the pull failed; the event still tells. */
function detailed(message: string, events: readonly ObjectEvent[]): string {
  if (message !== '' && !/^Back-off pulling image "[^"]*"$/.test(message)) return message;
  const event = events.find(
    ({ reason, message: text }) => reason === 'Failed' && text.startsWith('Failed to pull image'),
  );
  return event?.message ?? message;
}

function isAbout(fieldPath: string, container: string): boolean {
  return fieldPath === '' || fieldPath.includes(`{${container}}`);
}
