import type { Obj } from '../model.ts';
import type { ContainerPlace, ImageBehavior } from './images.ts';

/** The state of a container from a point in time on. */
export interface Moment {
  /** Milliseconds since the kubelet accepted the container. */
  readonly at: number;
  readonly state: Obj;
  readonly lastState: Obj;
  readonly ready: boolean;
  readonly restarts: number;
  /** Empty until the image is pulled. */
  readonly imageID: string;
  readonly events: readonly {
    readonly type: 'Normal' | 'Warning';
    readonly reason: string;
    readonly message: string;
  }[];
  /** The logs of the present (or just ended) instance and of the previous one. */
  readonly log: string;
  readonly previousLog: string | undefined;
  readonly hasEnded: boolean;
}

/** A container of a pod and its present state in its timeline. */
export interface RunningContainer {
  readonly name: string;
  readonly image: string;
  readonly init: boolean;
  moment: Moment;
}

export interface Container {
  readonly place: ContainerPlace;
  readonly image: string;
  readonly behavior: ImageBehavior;
  readonly restartPolicy: string;
  /** How long a pull takes, in ms. */
  readonly pullMs: number;
  /** How long after its start the container is ready, in ms, unless its image sets its own time. */
  readonly readyAfterMs: number;
  /** Milliseconds since the epoch at which the timeline begins. */
  readonly origin: number;
}

const CREATING = { waiting: { reason: 'ContainerCreating' } };
/** How long a failed pull is shown as ErrImagePull, in ms. Then it is ImagePullBackOff until the next attempt. */
const PULL_ERROR_SHOWN = 3000;
const FIRST_BACK_OFF = 10_000;
const LONGEST_BACK_OFF = 300_000;
const RESTART = 1000;
const PROBE = 10_000;

const start: Moment = {
  at: 0,
  state: CREATING,
  lastState: {},
  ready: false,
  restarts: 0,
  imageID: '',
  events: [],
  log: '',
  previousLog: undefined,
  hasEnded: false,
};

/** All states of a container as the kubelet reports them. The timeline may be infinite. */
export function* timelineOf(container: Container): Generator<Moment, void> {
  const pulling = { type: 'Normal', reason: 'Pulling', message: `Pulling image "${container.image}"` } as const;
  let moment: Moment = { ...start, events: [pulling] };
  yield moment;
  let { behavior } = container;
  let at = container.pullMs;
  if (behavior.kind === 'pull-fails') {
    const { times = Number.POSITIVE_INFINITY, reason, message } = behavior;
    for (let attempt = 0; attempt < times; attempt += 1) {
      for (moment of failedPull(container, at, reason, message)) yield moment;
      if (reason !== 'ErrImagePull') return;
      at += backOff(attempt);
    }
    behavior = behavior.then ?? { kind: 'config-missing', message: 'the image has no behavior' };
  }
  const pulled = {
    type: 'Normal',
    reason: 'Pulled',
    message: `Successfully pulled image "${container.image}"`,
  } as const;
  yield* started(container, behavior, { ...start, at, events: [pulled] });
}

function* failedPull({ image }: Container, at: number, reason: string, message: string): Generator<Moment, void> {
  if (reason !== 'ErrImagePull') {
    const event = { type: 'Warning', reason: 'InspectFailed', message } as const;
    yield { ...start, at, state: { waiting: { reason, message } }, events: [event] };
    return;
  }
  const failed = (text: string) => ({ type: 'Warning', reason: 'Failed', message: text }) as const;
  const texts = [failed(`Failed to pull image "${image}": ${message}`), failed('Error: ErrImagePull')];
  yield { ...start, at, state: { waiting: { reason, message } }, events: texts };
  const back = `Back-off pulling image "${image}"`;
  yield {
    ...start,
    at: at + PULL_ERROR_SHOWN,
    state: { waiting: { reason: 'ImagePullBackOff', message: `${back}: ErrImagePull: ${message}` } },
    events: [{ type: 'Normal', reason: 'BackOff', message: back }, failed('Error: ImagePullBackOff')],
  };
}

function* started(container: Container, behavior: ImageBehavior, from: Moment): Generator<Moment, void> {
  switch (behavior.kind) {
    case 'config-missing': {
      const { message } = behavior;
      const event = { type: 'Warning', reason: 'Failed', message: `Error: ${message}` } as const;
      yield {
        ...from,
        state: { waiting: { reason: 'CreateContainerConfigError', message } },
        events: [...from.events, event],
      };
      return;
    }
    case 'serves':
      return yield* serving(container, behavior, from);
    case 'unready':
      return yield* probed(container, behavior, from);
    case 'ends':
      return yield* ending(container, behavior, from);
    case 'hangs':
      return yield* hanging(container, behavior, from);
    case 'pull-fails':
      throw new Error('a pull that fails can only be followed by one that succeeds');
  }
}

function* serving(
  container: Container,
  { digest, readyAfterMs = container.readyAfterMs, log = '' }: Extract<ImageBehavior, { kind: 'serves' }>,
  from: Moment,
): Generator<Moment, void> {
  const running = { ...from, state: runningAt(container, from.at), imageID: imageIdOf(container, digest), log };
  // An init container that served would block its pod forever, so it exits with code 0.
  if (container.place.init) {
    yield running;
    const at = from.at + readyAfterMs;
    yield {
      ...running,
      at,
      state: endedAt(container, from.at, at, 0, 'Completed'),
      events: [],
      hasEnded: true,
      ready: true,
    };
    return;
  }
  if (readyAfterMs > 0) yield running;
  yield { ...running, at: from.at + readyAfterMs, ready: true, events: readyAfterMs > 0 ? [] : from.events };
}

function* probed(
  container: Container,
  behavior: Extract<ImageBehavior, { kind: 'unready' }>,
  from: Moment,
): Generator<Moment, void> {
  const { digest, untilMs = Number.POSITIVE_INFINITY, log = '' } = behavior;
  const { message = 'Readiness probe failed: HTTP probe failed with statuscode: 503' } = behavior;
  const running = { ...from, state: runningAt(container, from.at), imageID: imageIdOf(container, digest), log };
  yield running;
  for (let passed = 2000; passed < untilMs; passed += PROBE)
    yield { ...running, at: from.at + passed, events: [{ type: 'Warning', reason: 'Unhealthy', message }] };
  yield { ...running, at: from.at + untilMs, ready: true, events: [] };
}

function* ending(
  container: Container,
  behavior: Extract<ImageBehavior, { kind: 'ends' }>,
  from: Moment,
): Generator<Moment, void> {
  const { digest, exitCode, afterMs = 500, reason = exitCode === 0 ? 'Completed' : 'Error', message } = behavior;
  const { log = '', times = Number.POSITIVE_INFINITY } = behavior;
  const { restartPolicy, place } = container;
  let moment: Moment = { ...from, imageID: imageIdOf(container, digest) };
  for (let count = 1; ; count += 1) {
    const began = moment.at;
    moment = { ...moment, state: runningAt(container, began), ready: false };
    if (count > times) break;
    if (reason !== 'StartError') yield moment;
    const at = began + afterMs;
    const state = endedAt(container, began, at, exitCode, reason, message);
    const isLast = restartPolicy === 'Never' || (exitCode === 0 && (restartPolicy === 'OnFailure' || place.init));
    const isDone = place.init && exitCode === 0;
    moment = { ...moment, at, state, log, events: [], hasEnded: isLast, ready: isDone };
    yield moment;
    if (isLast) return;
    let againAt = at + RESTART;
    if (count > 1) {
      const pause = backOff(count - 2);
      const text = `back-off ${formatSeconds(pause)} restarting failed container=${place.container} pod=${place.pod}_${place.namespace}`;
      const warning = {
        type: 'Warning',
        reason: 'BackOff',
        message: `Back-off restarting failed container ${place.container} in pod ${place.pod}_${place.namespace}`,
      } as const;
      const waiting = { waiting: { reason: 'CrashLoopBackOff', message: text } };
      yield { ...moment, at: againAt, state: waiting, lastState: state, events: [warning] };
      againAt += pause;
    }
    moment = { ...moment, at: againAt, lastState: state, restarts: count, previousLog: log, log: '', events: [] };
  }
  yield* serving(container, { kind: 'serves', digest }, moment);
}

function* hanging(
  container: Container,
  behavior: Extract<ImageBehavior, { kind: 'hangs' }>,
  from: Moment,
): Generator<Moment, void> {
  const { digest, healthyMs, ignoresMs, times = Number.POSITIVE_INFINITY } = behavior;
  const message = 'Liveness probe failed: HTTP probe failed with statuscode: 500';
  const killing = `Container ${container.place.container} failed liveness probe, will be restarted`;
  let moment: Moment = { ...from, imageID: imageIdOf(container, digest) };
  for (let kills = 1; kills <= times; kills += 1) {
    const began = moment.at;
    moment = { ...moment, state: runningAt(container, began), ready: true };
    yield moment;
    for (let failures = 0; failures < 3; failures += 1) {
      const at = began + healthyMs + failures * 1000;
      const events: Moment['events'] = [
        { type: 'Warning', reason: 'Unhealthy', message },
        ...(failures === 2 ? [{ type: 'Normal', reason: 'Killing', message: killing } as const] : []),
      ];
      moment = { ...moment, at, events };
      yield moment;
    }
    const at = moment.at + ignoresMs;
    const state = endedAt(container, began, at, 137, 'Error');
    moment = { ...moment, at, state, events: [], ready: false };
    yield moment;
    moment = { ...moment, at: at + RESTART, lastState: state, restarts: kills };
  }
  yield { ...moment, state: runningAt(container, moment.at), ready: true };
}

function runningAt({ origin }: Container, at: number): Obj {
  return { running: { startedAt: stamp(origin + at) } };
}

function endedAt(
  { origin, place }: Container,
  from: number,
  at: number,
  exitCode: number,
  reason: string,
  message?: string,
): Obj {
  const startedAt = reason === 'StartError' ? stamp(0) : stamp(origin + from);
  const terminated = {
    exitCode,
    reason,
    startedAt,
    finishedAt: stamp(origin + at),
    containerID: `containerd://${place.pod}`,
  };
  return { terminated: message === undefined ? terminated : { ...terminated, message } };
}

/** The imageID that containerd reports: the repository that was pulled from, and the digest that was requested. */
function imageIdOf({ image }: Container, digest: string): string {
  return `${image.replace(/@.*$/, '').replace(/:[^:/]*$/, '')}@${digest}`;
}

function backOff(count: number): number {
  return Math.min(FIRST_BACK_OFF * 2 ** count, LONGEST_BACK_OFF);
}

/** The format of Go for durations of whole seconds. */
function formatSeconds(ms: number): string {
  const seconds = ms / 1000;
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}

function stamp(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
}
