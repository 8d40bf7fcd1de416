import { defined } from '../../core/defined.ts';
import { at, booleanAt, numberAt, stringAt } from '../../json/json.ts';
import type { KubernetesObject } from '../objects/object.ts';
import type { ObjectEvent, Relations } from '../objects/relations.ts';
import { type ContainerStatus, containersOf } from '../pods/containers.ts';
import { restartPolicyOf } from '../pods/pod-state.ts';
import type { Evidence } from './evidence.ts';
import type { PodHistory } from './pod-history.ts';
import {
  isFatalProbeFailure,
  isKilledAgain,
  isProbeFailure,
  isProbeKill,
  isUnexplainedKill,
  runningKill,
} from './probe-kills.ts';

/**
 * The first container that keeps its pod from being ready, in the order in which they start: init containers and sidecars first.
 */
export function containerEvidence(
  pod: KubernetesObject,
  relations: Relations,
  history: PodHistory,
): Evidence | undefined {
  for (const container of containersOf(pod)) {
    const evidence = statusEvidence(pod, container, relations, history);
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
  history: PodHistory,
): Evidence | undefined {
  const { name, part, status } = container;
  const common = { object: pod, container: name, part, restarts: numberAt(status, 'restartCount') ?? 0 };
  const events = eventsAboutContainer(pod, name, relations);
  const exit = (terminated: unknown) => exitOf(terminated, events, history.ranOutOfMemory(pod, name));
  const reason = stringAt(status, 'state', 'waiting', 'reason') ?? '';
  if (reason === 'CrashLoopBackOff')
    return { ...common, ...exit(at(status, 'lastState', 'terminated')), source: 'crash' };
  if (!NORMAL.includes(reason)) {
    const message = stringAt(status, 'state', 'waiting', 'message') ?? '';
    return { ...common, source: 'waiting', reason, message: pullError(message, events) };
  }
  const terminated = at(status, 'state', 'terminated');
  if (terminated !== undefined && isUnexpectedExit(pod, container, numberAt(terminated, 'exitCode') ?? 0))
    return { ...common, ...exit(terminated), source: 'crash' };
  if (part === 'init container' || at(status, 'state', 'running') === undefined) return undefined;
  const kill = runningKill(status, events);
  if (kill)
    return {
      ...common,
      source: 'crash',
      reason: kill.reason,
      message: events.find(isFatalProbeFailure)?.message ?? kill.message,
      ...(isKilledAgain(status, kill) ? {} : { isPast: true }),
    };
  const before = at(status, 'lastState', 'terminated');
  if (history.isRecovering(pod) && before !== undefined)
    return { ...common, ...exit(before), source: 'crash', isPast: true };
  const probe = booleanAt(status, 'ready') === false ? events.find(isProbeFailure) : undefined;
  return probe && { ...common, source: 'probe', reason: probe.reason, message: probe.message };
}

/** Only an init container, or a container of a pod that runs to completion, may exit, and only with code 0. */
function isUnexpectedExit(pod: KubernetesObject, { part }: ContainerStatus, exitCode: number): boolean {
  if (exitCode !== 0 || part === 'sidecar') return true;
  return part === 'container' && restartPolicyOf(pod) === 'Always';
}

/**
 * How a container exited. If its node killed it because of a probe, the message is that of the probe.
 * @param ranOutOfMemory whether it has run out of memory before.
 */
function exitOf(terminated: unknown, events: readonly ObjectEvent[], ranOutOfMemory: boolean) {
  const exitCode = numberAt(terminated, 'exitCode');
  const signal =
    numberAt(terminated, 'signal') ?? (exitCode !== undefined && exitCode > 128 ? exitCode - 128 : undefined);
  const kill = events.find(isProbeKill);
  const why = kill && (events.find(isFatalProbeFailure)?.message ?? kill.message);
  const isAgain = ranOutOfMemory && why === undefined && isUnexplainedKill(terminated);
  return {
    reason: isAgain ? 'OOMKilled' : (stringAt(terminated, 'reason') ?? 'Error'),
    message: why ?? (isAgain ? AGAIN : (stringAt(terminated, 'message') ?? '')),
    ...defined({ exitCode, signal }),
  };
}

/** A node that is short of time may miss the kernel's report. */
const AGAIN = 'killed without a reason this time, and for its memory before';

/** Before Kubernetes 1.31 the message of a back-off didn't repeat why the pull failed. The event has it. */
function pullError(message: string, events: readonly ObjectEvent[]): string {
  if (message !== '' && !/^Back-off pulling image "[^"]*"$/.test(message)) return message;
  const event = events.find(
    ({ reason, message: text }) => reason === 'Failed' && text.startsWith('Failed to pull image'),
  );
  return event?.message ?? message;
}

/** The events about a container, and those about its whole pod. */
export function eventsAboutContainer(
  pod: KubernetesObject,
  container: string,
  relations: Relations,
): readonly ObjectEvent[] {
  return relations.events(pod).filter(({ fieldPath }) => isAbout(fieldPath, container));
}

function isAbout(fieldPath: string, container: string): boolean {
  return fieldPath === '' || fieldPath.includes(`{${container}}`);
}
