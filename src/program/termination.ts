import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Clock, systemClock } from '../core/clock.ts';
import type { ProgramExit } from './result.ts';

/** How long a program may take to end after SIGTERM, in ms, before it is killed. The runner kills the step 10 s after it asked it to end. */
const TERM_GRACE = 4000;
/** What a program leaves behind in its group gets so many ms more; then it is killed as well. */
const GROUP_GRACE = 500;
/** A program that SIGKILL does not end within so many ms (it hangs in the kernel, or is another user's) is left alone. */
const KILL_GRACE = 1000;

/** After its exit a program is read until nothing came for so many ms: a background process may hold its output open for ever. */
const QUIET = 250;
const LONGEST_QUIET_WAIT = 2000;

export interface RunningProgram {
  readonly exited: Promise<unknown>;
  /** It has exited, and its output has come to its end. */
  readonly closed: Promise<unknown>;
  /** Sends a signal to the program and, where it can, to all that it started. */
  readonly send: (signal: 'SIGTERM' | 'SIGKILL') => void;
}

export interface RunLimits {
  readonly signal?: AbortSignal | undefined;
  /** Longest run in ms; for ever where it is not given. */
  readonly timeout?: number | undefined;
  /** Measures `timeout` and the graces of its end. */
  readonly clock?: Clock | undefined;
}

/** A limit that a program went beyond. */
export type LimitExceeded = Extract<ProgramExit, { kind: 'timed-out' | 'too-much-output' }>;

/** Waits until a program has ended by itself (`undefined`) or must be ended, and answers why. */
export async function waitForEnd(
  exited: Promise<unknown>,
  overflow: Promise<LimitExceeded>,
  limits: RunLimits,
): Promise<LimitExceeded | 'cancelled' | undefined> {
  const { signal, timeout, clock = systemClock } = limits;
  const done = new AbortController();
  const cancelled = new Promise<'cancelled'>((resolve) => {
    const tell = () => resolve('cancelled');
    if (signal?.aborted) tell();
    else signal?.addEventListener('abort', tell, { once: true, signal: done.signal });
  });
  const late = new Promise<LimitExceeded>((resolve) => {
    if (timeout === undefined) return;
    const tell = () => resolve({ kind: 'timed-out', ms: timeout });
    clock.sleep(timeout, done.signal).then(tell, () => {});
  });
  try {
    return await Promise.race([exited.then(() => undefined), overflow, cancelled, late]);
  } finally {
    done.abort();
  }
}

/** Ends a program and its group, in at most 5.5 s. */
export async function terminate({ exited, closed, send }: RunningProgram, clock: Clock): Promise<void> {
  send('SIGTERM');
  if (await within(TERM_GRACE, exited, clock)) await within(GROUP_GRACE, closed, clock);
  send('SIGKILL');
  await within(KILL_GRACE, exited, clock);
}

/**
 * Waits for the rest of the output of a program that has exited.
 * @param received how much has come so far.
 */
export async function drain(closed: Promise<unknown>, received: () => number, clock: Clock): Promise<void> {
  for (let waited = 0; waited < LONGEST_QUIET_WAIT; waited += QUIET) {
    const before = received();
    if (await within(QUIET, closed, clock)) return;
    // On a busy machine the time may be over before the pipe was looked at.
    await nextTurn();
    if (received() === before) return;
  }
}

/** Whether an event comes within so many ms. */
async function within(ms: number, event: Promise<unknown>, clock: Clock): Promise<boolean> {
  const done = new AbortController();
  const late = clock.sleep(ms, done.signal).then(
    () => false,
    () => false,
  );
  try {
    return await Promise.race([event.then(() => true), late]);
  } finally {
    done.abort();
  }
}
