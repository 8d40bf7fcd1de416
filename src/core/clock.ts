import { setTimeout as delay } from 'node:timers/promises';

/** Time comes in as a parameter, so that tests advance it instead of sleeping. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    try {
      await delay(ms, undefined, signal ? { signal } : {});
    } catch (thrown) {
      throw signal?.aborted ? signal.reason : thrown;
    }
  },
};

/** The longest that a log stays silent while something is waited for, in ms. */
const SILENCE = 15_000;

/** Sleeps as `clock.sleep` does, and tells every 15 s how many ms are left, so that a person sees that the step lives. */
export async function sleepWithProgress(
  clock: Clock,
  ms: number,
  tell: (left: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  const end = clock.now() + ms;
  for (let left = ms; left > SILENCE; left = end - clock.now()) {
    await clock.sleep(SILENCE, signal);
    tell(end - clock.now());
  }
  await clock.sleep(Math.max(0, end - clock.now()), signal);
}
