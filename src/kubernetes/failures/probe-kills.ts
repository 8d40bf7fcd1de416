import { at, numberAt, stringAt } from '../../json/json.ts';
import type { ObjectEvent } from '../objects/relations.ts';

const BY_PROBE = /failed (liveness|startup) probe/;
/** The kubelet forgets earlier crashes of a container that has run for this long, in ms. */
const FORGOTTEN = 600_000;

/** Whether an event reports a failed probe of a container. */
export function isProbeFailure({ reason }: ObjectEvent): boolean {
  return reason === 'Unhealthy' || reason === 'ProbeError';
}

/** Whether an event reports a failed liveness or startup probe. It may end in a kill, while a readiness probe only stops traffic. */
export function isFatalProbeFailure(event: ObjectEvent): boolean {
  return isProbeFailure(event) && !event.message.startsWith('Readiness');
}

/** Whether an event says that the node kills a container because of a probe. */
export function isProbeKill({ reason, message }: ObjectEvent): boolean {
  return reason === 'Killing' && BY_PROBE.test(message);
}

/**
 * Why a running container is about to end: its node has told it to stop because of a probe. Until it has ended, which takes up to its
 * grace period, its status shows nothing of that, and it may even stay ready.
 * @param status of the container. @param events about it, newest first.
 */
export function runningKill(status: unknown, events: readonly ObjectEvent[]): ObjectEvent | undefined {
  const startedAt = Date.parse(stringAt(status, 'state', 'running', 'startedAt') ?? '');
  return events.find((event) => isProbeKill(event) && event.at > startedAt);
}

/** Whether a container that is being killed had ended not long before as well. */
export function isKilledAgain(status: unknown, kill: ObjectEvent): boolean {
  const endedAt = Date.parse(stringAt(status, 'lastState', 'terminated', 'finishedAt') ?? '');
  return (numberAt(status, 'restartCount') ?? 0) > 0 && kill.at - endedAt < FORGOTTEN;
}

/** Whether a container that was killed without a known reason had run out of memory: under load a node may miss to report it. */
export function isUnexplainedKill(terminated: unknown): boolean {
  return numberAt(terminated, 'exitCode') === 137 && stringAt(terminated, 'reason') === 'Error';
}

/** Whether a container's status shows that it ran out of memory, now or the last time. */
export function showsOutOfMemory(status: unknown): boolean {
  return [at(status, 'state'), at(status, 'lastState')].some(
    (state) => stringAt(state, 'terminated', 'reason') === 'OOMKilled',
  );
}
