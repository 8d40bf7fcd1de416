import type { Clock } from '../../core/clock.ts';
import { formatDuration } from '../../core/duration.ts';
import { ActionError } from '../../core/error.ts';
import type { HttpResponse } from '../../http/response.ts';
import { retryAfter } from '../../http/retry.ts';
import { stringAt } from '../../json/json.ts';

/** GitHub's documented minimum for a secondary limit without `Retry-After`. */
const MINUTE = 60_000;

export interface RateLimit {
  readonly reason: string;
  /** ms */
  readonly wait: number;
}

/**
 * The rate limit by which GitHub rejected a request, and how long to wait before the next try; `undefined` for any other response. GitHub
 * has not carried out a rejected request. A primary limit ends at `x-ratelimit-reset`. A secondary one has `Retry-After` or no time at
 * all (GitHub docs, "Rate limits for the REST API").
 * @param body parsed; it may come from a proxy.
 * @param attempt how often the request was rejected before.
 */
export function rateLimitIn(
  response: HttpResponse,
  body: unknown,
  clock: Clock,
  attempt: number,
): RateLimit | undefined {
  const graphql = response.status === 200 && stringAt(body, 'errors', 0, 'type') === 'RATE_LIMITED';
  if (!graphql && response.status !== 403 && response.status !== 429) return undefined;
  const requested = retryAfter(response, clock);
  // If the server repeatedly says "now", the waits still grow until the longest total wait is reached.
  const least = 1000 * 2 ** attempt;
  if (requested !== undefined) return { reason: 'secondary rate limit', wait: requested > 0 ? requested : least };
  const reset = Number(response.header('x-ratelimit-reset')) * 1000;
  if (response.header('x-ratelimit-remaining') === '0' && reset > 0) {
    // The server's clock may differ from ours.
    return { reason: 'rate limit', wait: Math.max(0, reset - clock.now()) + least };
  }
  const secondary = graphql || response.status === 429 || /secondary rate limit/i.test(stringAt(body, 'message') ?? '');
  return secondary ? { reason: 'secondary rate limit', wait: MINUTE * 2 ** attempt } : undefined;
}

export function rateLimited({ reason, wait }: RateLimit): ActionError {
  return new ActionError({
    code: 'github-rate-limited',
    message: `The token has used up GitHub's ${reason}, which ends in ${formatDuration(wait)}.`,
    remedy: 'Run again after that, or use the token of a GitHub App, which has a higher limit of its own.',
  });
}
