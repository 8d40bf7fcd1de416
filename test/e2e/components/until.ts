import { setTimeout as delay } from 'node:timers/promises';

/** The first value that `look` gives, asked four times a second: for what can't be waited for by an event. */
export async function until<T>(what: string, look: () => Promise<T | undefined>, timeout = 60_000): Promise<T> {
  const deadline = Date.now() + timeout;
  for (;;) {
    const value = await look();
    if (value !== undefined) return value;
    if (Date.now() > deadline) throw new Error(`${what}: not after ${timeout / 1000} s`);
    await delay(250);
  }
}
