import { messageOf } from '../../../core/error.ts';
import type { Runtime } from '../../../entry/context.ts';

/** In ms. */
const DEFAULT_TIMEOUT = 10_000;

/**
 * The result of work that the wait can do without (container logs, access reviews), or an Error if the work fails or takes too long.
 * @param timeout in ms, at most `longest`. @throws when the job is cancelled.
 */
export async function withTimeout<T>(
  work: Promise<T>,
  { clock, signal }: Pick<Runtime, 'clock' | 'signal'>,
  timeout = DEFAULT_TIMEOUT,
  longest = DEFAULT_TIMEOUT,
): Promise<T | Error> {
  const limit = Math.max(0, Math.min(timeout, longest));
  const done = new AbortController();
  const timedOut = clock
    .sleep(limit, AbortSignal.any([signal, done.signal]))
    .then(() => new Error(`no answer within ${limit / 1000} s`));
  try {
    return await Promise.race([work, timedOut]);
  } catch (thrown) {
    signal.throwIfAborted();
    return thrown instanceof Error ? thrown : new Error(messageOf(thrown));
  } finally {
    done.abort();
    await timedOut.catch(() => {});
  }
}
