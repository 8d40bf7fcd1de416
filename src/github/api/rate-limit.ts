import type { Clock } from '../../core/clock.ts';
import { formatDuration } from '../../core/duration.ts';
import { ActionError } from '../../core/error.ts';
import type { HttpResponse } from '../../http/response.ts';
import { retryAfter } from '../../http/retry.ts';
import { stringAt } from '../../json/json.ts';

/** GitHub asks for a minute at least after a secondary limit that names no time. */
const MINUTE = 60_000;

export interface RateLimit {
  readonly reason: string;
  /** ms */
  readonly wait: number;
}

/**
 * Why and how long to wait before asking again, where GitHub says that it was asked too much; `undefined` for any other answer. Such
 * a request was not carried out. Primary limits end at `x-ratelimit-reset`; secondary ones name `Retry-After` or nothing (GitHub docs,
 * "Rate limits for the REST API").
 * @param body parsed, whoever sent it.
 * @param attempt how often it was refused so before.
 */
export function rateLimitIn(
  response: HttpResponse,
  body: unknown,
  clock: Clock,
  attempt: number,
): RateLimit | undefined {
  const graphql = response.status === 200 && stringAt(body, 'errors', 0, 'type') === 'RATE_LIMITED';
  if (!graphql && response.status !== 403 && response.status !== 429) return undefined;
  const asked = retryAfter(response, clock);
  // Whoever says "now" again and again is asked ever more slowly, until patience ends.
  const least = 1000 * 2 ** attempt;
  if (asked !== undefined) return { reason: 'secondary rate limit', wait: asked > 0 ? asked : least };
  const reset = Number(response.header('x-ratelimit-reset')) * 1000;
  if (response.header('x-ratelimit-remaining') === '0' && reset > 0) {
    // The server's clock and ours differ by a little.
    return { reason: 'rate limit', wait: Math.max(0, reset - clock.now()) + least };
  }
  const secondary = graphql || response.status === 429 || /secondary rate limit/i.test(stringAt(body, 'message') ?? '');
  return secondary ? { reason: 'secondary rate limit', wait: MINUTE * 2 ** attempt } : undefined;
}

export function rateLimited({ reason, wait }: RateLimit): ActionError {
  return new ActionError({
    code: 'github-rate-limited',
    message: `The token has used up GitHub's ${reason}, which ends in ${formatDuration(wait)}.`,
    remedy: 'Run again then, or use the token of a GitHub App, which has a limit of its own and a higher one.',
  });
}
