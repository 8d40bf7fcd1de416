import { setImmediate } from 'node:timers/promises';

/** Lets the cancellation of the job through between two files. */
export async function throwIfCancelled(signal: AbortSignal): Promise<void> {
  await setImmediate();
  signal.throwIfAborted();
}
