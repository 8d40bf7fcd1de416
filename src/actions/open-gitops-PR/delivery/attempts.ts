import { backoffDelay } from '../../../core/backoff.ts';
import { GitHubConflict, GitHubUnavailable } from '../../../github/api/error.ts';
import type { GitOpsSession } from '../session/session.ts';

/** Failed attempts in a row. */
const MOST_FAILURES = 10;
/** How long they may last, in ms. */
const LONGEST_FAILURE = 15 * 60_000;
const DELAYS = { firstDelay: 500, maxDelay: 15_000 };

/**
 * Repeats an attempt that failed because someone else wrote at the same time, or because GitHub's response was lost. Each attempt
 * must read the current state first and continue from there.
 * @param attempt calls `resetFailures` when only waiting is left, so that earlier failures no longer count.
 */
export async function retryOnConflict<T>(
  { report, log, clock, random, signal }: GitOpsSession,
  attempt: (resetFailures: () => void) => Promise<T>,
): Promise<T> {
  let failures = 0;
  let failingSince = clock.now();
  const resetFailures = () => {
    failures = 0;
    failingSince = clock.now();
  };
  for (let number = 1; ; number++) {
    report.set({ attempts: number });
    try {
      return await attempt(resetFailures);
    } catch (thrown) {
      const retryable = thrown instanceof GitHubConflict || thrown instanceof GitHubUnavailable;
      failures += 1;
      if (!retryable || failures >= MOST_FAILURES || clock.now() - failingSince >= LONGEST_FAILURE) throw thrown;
      log.info(`${thrown.message} Reading again (attempt ${failures + 1} of ${MOST_FAILURES})`);
      await clock.sleep(backoffDelay({ ...DELAYS, random }, failures - 1), signal);
    }
  }
}
