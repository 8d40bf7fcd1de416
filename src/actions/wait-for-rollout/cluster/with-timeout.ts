import { messageOf } from '../../../core/error.ts';
import type { Context } from '../../../entry/context.ts';
import type { contract } from '../contract.ts';

/** So long is waited for what stands beside the verdict, in ms. */
const PATIENCE = 10_000;

/**
 * What comes of work that no verdict depends on (logs, reviews of rights); the reason as an error where it fails or takes too long.
 * @param patience in ms. @throws when the job is cancelled.
 */
export async function withTimeout<T>(
  work: Promise<T>,
  { clock, signal }: Pick<Context<typeof contract>, 'clock' | 'signal'>,
  patience = PATIENCE,
): Promise<T | Error> {
  const over = new AbortController();
  const late = clock
    .sleep(patience, AbortSignal.any([signal, over.signal]))
    .then(() => new Error(`no answer within ${patience / 1000} s`));
  try {
    return await Promise.race([work, late]);
  } catch (thrown) {
    signal.throwIfAborted();
    return thrown instanceof Error ? thrown : new Error(messageOf(thrown));
  } finally {
    over.abort();
    await late.catch(() => {});
  }
}
