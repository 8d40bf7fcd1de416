import { type Backoff, backoffDelay } from '../core/backoff.ts';
import type { Clock } from '../core/clock.ts';
import { messageOf } from '../core/error.ts';
import { NetworkError } from './error.ts';
import type { HttpResponse } from './response.ts';
import type { HttpRequest, Transport } from './transport.ts';

/** A failed attempt, and the delay before the next one. */
export interface FailedAttempt {
  readonly reason: string;
  readonly waitMs: number;
}

export interface RetryPolicy extends Backoff {
  readonly clock: Clock;
  /** How many attempts may follow the first one. */
  readonly retries: number;
  /** No attempt begins later than this after the first one, in ms. Default no limit besides `retries`. */
  readonly within?: number;
  /**
   * Whether it is safe to send the request again even if the server carried out the first one. Default: the idempotent methods of HTTP.
   * A request that isn't idempotent is repeated only after 429, and after 503 with `Retry-After`: then the server has refused it.
   */
  readonly isIdempotent?: (request: HttpRequest) => boolean;
  /** Statuses of responses that are worth a retry. Default 408, 425, 429, 500, 502, 503, 504. */
  readonly retryStatuses?: readonly number[];
  /** Called before each delay. */
  readonly onRetry?: (attempt: FailedAttempt) => void;
}

/** A longer `Retry-After`, in ms, isn't worth the wait: the response is returned. */
const MAX_RETRY_AFTER = 5 * 60_000;

const TRANSIENT = [408, 425, 429, 500, 502, 503, 504];

/**
 * A transport that reads each body into memory, so that `withRetries` also retries truncated responses. For small bodies.
 * @param limit in bytes
 */
export function withBufferedBodies(transport: Transport, limit?: number): Transport {
  return { close: () => transport.close(), send: async (request) => (await transport.send(request)).buffered(limit) };
}

/** A transport that retries transient failures: network errors, 429, 5xx. It respects `Retry-After` up to five minutes. */
export function withRetries(transport: Transport, policy: RetryPolicy): Transport {
  return {
    close: () => transport.close(),
    async send(request) {
      const { clock, within = Number.POSITIVE_INFINITY } = policy;
      const startedAt = clock.now();
      const isTooLate = (delay: number) => clock.now() + delay - startedAt > within;
      for (let attempt = 0; ; attempt++) {
        const outcome = await attemptOnce(transport, request);
        const isLast = attempt >= policy.retries;
        if (outcome.kind === 'failed') {
          const pause = backoffDelay(policy, attempt);
          if (isLast || isTooLate(pause) || outcome.error.isCertificate || !canRepeat(request, policy))
            throw outcome.error;
          await wait(messageOf(outcome.error), pause, policy, request);
          continue;
        }
        const { response } = outcome;
        const delay = retryDelay(response, request, policy, attempt);
        if (isLast || delay === undefined || isTooLate(delay)) return response;
        await response.discard();
        await wait(`HTTP ${response.status}`, delay, policy, request);
      }
    },
  };
}

type Outcome =
  | { readonly kind: 'answered'; readonly response: HttpResponse }
  | { readonly kind: 'failed'; readonly error: NetworkError };

async function attemptOnce(transport: Transport, request: HttpRequest): Promise<Outcome> {
  try {
    return { kind: 'answered', response: await transport.send(request) };
  } catch (thrown) {
    if (thrown instanceof NetworkError) return { kind: 'failed', error: thrown };
    throw thrown;
  }
}

/** The delay before the next attempt in ms; `undefined` if the response is final. */
function retryDelay(
  response: HttpResponse,
  request: HttpRequest,
  policy: RetryPolicy,
  attempt: number,
): number | undefined {
  if (!(policy.retryStatuses ?? TRANSIENT).includes(response.status)) return undefined;
  const requestedDelay = retryAfter(response, policy.clock);
  if (requestedDelay !== undefined && requestedDelay > MAX_RETRY_AFTER) return undefined;
  // With `Retry-After`, the server has refused the request, so a retry can't do harm.
  if (requestedDelay !== undefined && [429, 503].includes(response.status)) return requestedDelay;
  if (response.status === 429) return backoffDelay(policy, attempt);
  return canRepeat(request, policy) ? backoffDelay(policy, attempt) : undefined;
}

/** `Retry-After` in ms: seconds or an HTTP date (RFC 9110, section 10.2.3). */
export function retryAfter(response: HttpResponse, clock: Clock): number | undefined {
  const value = response.header('retry-after');
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - clock.now());
}

function canRepeat(request: HttpRequest, policy: RetryPolicy): boolean {
  return (
    policy.isIdempotent?.(request) ?? ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'].includes(request.method ?? 'GET')
  );
}

async function wait(reason: string, ms: number, policy: RetryPolicy, request: HttpRequest): Promise<void> {
  policy.onRetry?.({ reason, waitMs: ms });
  await policy.clock.sleep(ms, request.signal);
}
