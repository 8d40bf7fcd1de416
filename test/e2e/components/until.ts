import { setTimeout as delay } from 'node:timers/promises';

/** Calls `read` four times a second and returns its first value. For conditions that have no event to wait for. */
export async function until<T>(what: string, read: () => Promise<T | undefined>, timeout = 60_000): Promise<T> {
  const deadline = Date.now() + timeout;
  for (;;) {
    const value = await read();
    if (value !== undefined) return value;
    if (Date.now() > deadline) throw new Error(`timed out after ${timeout / 1000} s: ${what}`);
    await delay(250);
  }
}
