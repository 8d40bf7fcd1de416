import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Clock, systemClock } from '../core/clock.ts';
import type { ProgramExit } from './result.ts';

/** How long a program may run after SIGTERM, in ms, before it gets SIGKILL. The runner kills a cancelled step after 10 s. */
const TERM_GRACE = 4000;
/** How long the other processes of its group may run after the program has exited, in ms. */
const GROUP_GRACE = 500;
/** How long to wait after SIGKILL, in ms. A program may survive it if it hangs in the kernel or belongs to another user. */
const KILL_GRACE = 1000;

/** After the program's exit, its output is complete once nothing came for this long, in ms. A background process may keep the pipe open. */
const QUIET = 250;
const MAX_DRAIN_TIME = 2000;

export interface RunningProgram {
  readonly exited: Promise<unknown>;
  /** Resolves when the program has exited and its output is complete. */
  readonly closed: Promise<unknown>;
  /** Sends a signal to the program and, if the platform allows it, to the processes that it started. */
  readonly send: (signal: 'SIGTERM' | 'SIGKILL') => void;
}

export interface RunLimits {
  readonly signal?: AbortSignal | undefined;
  /** In ms. Default no timeout. */
  readonly timeout?: number | undefined;
  /** Measures all time limits. */
  readonly clock?: Clock | undefined;
}

/** A limit that a program exceeded. */
export type LimitExceeded = Extract<ProgramExit, { kind: 'timed-out' | 'too-much-output' }>;

/** Waits until a program has exited (`undefined`), or must be terminated; returns the reason. */
export async function waitForEnd(
  exited: Promise<unknown>,
  overflow: Promise<LimitExceeded>,
  limits: RunLimits,
): Promise<LimitExceeded | 'cancelled' | undefined> {
  const { signal, timeout, clock = systemClock } = limits;
  const done = new AbortController();
  const cancelled = new Promise<'cancelled'>((resolve) => {
    const cancel = () => resolve('cancelled');
    if (signal?.aborted) cancel();
    else signal?.addEventListener('abort', cancel, { once: true, signal: done.signal });
  });
  const timedOut = new Promise<LimitExceeded>((resolve) => {
    if (timeout === undefined) return;
    const timeOut = () => resolve({ kind: 'timed-out', ms: timeout });
    clock.sleep(timeout, done.signal).then(timeOut, () => {});
  });
  try {
    return await Promise.race([exited.then(() => undefined), overflow, cancelled, timedOut]);
  } finally {
    done.abort();
  }
}

/** Terminates a program and its group, in at most 5.5 s. */
export async function terminate({ exited, closed, send }: RunningProgram, clock: Clock): Promise<void> {
  send('SIGTERM');
  if (await within(TERM_GRACE, exited, clock)) await within(GROUP_GRACE, closed, clock);
  send('SIGKILL');
  await within(KILL_GRACE, exited, clock);
}

/**
 * Waits for the rest of the output of a program that has exited.
 * @param received returns the size of the output so far.
 */
export async function drain(closed: Promise<unknown>, received: () => number, clock: Clock): Promise<void> {
  for (let waited = 0; waited < MAX_DRAIN_TIME; waited += QUIET) {
    const before = received();
    if (await within(QUIET, closed, clock)) return;
    // On a busy machine the time may be up before Node has read the pipe.
    await nextTurn();
    if (received() === before) return;
  }
}

/** Whether an event happens within `ms` milliseconds. */
async function within(ms: number, event: Promise<unknown>, clock: Clock): Promise<boolean> {
  const done = new AbortController();
  const timedOut = clock.sleep(ms, done.signal).then(
    () => false,
    () => false,
  );
  try {
    return await Promise.race([event.then(() => true), timedOut]);
  } finally {
    done.abort();
  }
}
