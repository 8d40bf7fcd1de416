import { setTimeout as delay } from 'node:timers/promises';

/** The clock is a parameter, so that tests advance it instead of sleeping. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason if the signal aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** In ms: 25 days. Node's timers fire at once if they are given a longer time. */
export const LONGEST_TIMER = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    try {
      let left = ms;
      for (; left > LONGEST_TIMER; left -= LONGEST_TIMER)
        await delay(LONGEST_TIMER, undefined, signal ? { signal } : {});
      await delay(left, undefined, signal ? { signal } : {});
    } catch (thrown) {
      throw signal?.aborted ? signal.reason : thrown;
    }
  },
};

/** A wait that takes longer than this logs its progress, in ms. */
const PROGRESS_INTERVAL = 15_000;

/** Sleeps like `clock.sleep`, and reports every 15 s how many ms are left, so the log shows that the step is alive. */
export async function sleepWithProgress(
  clock: Clock,
  ms: number,
  report: (left: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  const end = clock.now() + ms;
  for (let left = ms; left > PROGRESS_INTERVAL; left = end - clock.now()) {
    await clock.sleep(PROGRESS_INTERVAL, signal);
    report(end - clock.now());
  }
  await clock.sleep(Math.max(0, end - clock.now()), signal);
}
