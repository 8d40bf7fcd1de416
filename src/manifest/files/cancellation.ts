import { setImmediate } from 'node:timers/promises';

/** Throws if the job was cancelled. Called between two files, it first lets the signal arrive. */
export async function throwIfCancelled(signal: AbortSignal): Promise<void> {
  await setImmediate();
  signal.throwIfAborted();
}
