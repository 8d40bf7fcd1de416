import { type Backoff, backoffDelay } from '../core/backoff.ts';
import type { Clock } from '../core/clock.ts';
import { messageOf } from '../core/error.ts';
import { NetworkError } from './error.ts';
import type { HttpResponse } from './response.ts';
import type { HttpRequest, Transport } from './transport.ts';

/** An attempt that failed, and how long is waited before the next one. */
export interface FailedAttempt {
  readonly reason: string;
  readonly waitMs: number;
}

export interface RetryPolicy extends Backoff {
  readonly clock: Clock;
  /** Attempts after the first one. */
  readonly retries: number;
  /**
   * Whether it is safe to send the request again even if the server carried out the first one. Default: the idempotent methods of HTTP.
   * A request that isn't idempotent is repeated only after 429, and after 503 with `Retry-After`: then the server has refused it.
   */
  readonly isIdempotent?: (request: HttpRequest) => boolean;
  /** Statuses that may be better next time. Default 408, 425, 429, 500, 502, 503, 504. */
  readonly retryStatuses?: readonly number[];
  /** Told before each wait. */
  readonly onRetry?: (attempt: FailedAttempt) => void;
}

/** Whoever asks to come back later than this, in ms, gives no answer that is worth waiting for. */
const LONGEST_ASKED = 5 * 60_000;

const TRANSIENT = [408, 425, 429, 500, 502, 503, 504];

/**
 * A transport that answers only when the whole body has come, so that `retrying` over it repeats answers cut short. For small bodies.
 * @param largest in bytes
 */
export function withBufferedBodies(transport: Transport, largest?: number): Transport {
  return { close: () => transport.close(), send: async (request) => (await transport.send(request)).buffered(largest) };
}

/** A transport that sends again when the failure may pass: connection lost, 429, 5xx. `Retry-After` is obeyed up to five minutes. */
export function withRetries(transport: Transport, policy: RetryPolicy): Transport {
  return {
    close: () => transport.close(),
    async send(request) {
      for (let attempt = 0; ; attempt++) {
        const outcome = await attemptOnce(transport, request);
        const last = attempt >= policy.retries;
        if (outcome.kind === 'failed') {
          if (last || outcome.error.isCertificate || !isRepeatable(request, policy)) throw outcome.error;
          await wait(messageOf(outcome.error), backoffDelay(policy, attempt), policy, request);
          continue;
        }
        const { response } = outcome;
        const again = retryDelay(response, request, policy, attempt);
        if (last || again === undefined) return response;
        await response.discard();
        await wait(`HTTP ${response.status}`, again, policy, request);
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

/** The wait before the next attempt in ms, or `undefined` when the answer stands. */
function retryDelay(
  response: HttpResponse,
  request: HttpRequest,
  policy: RetryPolicy,
  attempt: number,
): number | undefined {
  if (!(policy.retryStatuses ?? TRANSIENT).includes(response.status)) return undefined;
  const asked = retryAfter(response, policy.clock);
  // A server that asks to come back later has refused the request, not carried it out.
  if (asked !== undefined && asked > LONGEST_ASKED) return undefined;
  if (asked !== undefined && [429, 503].includes(response.status)) return asked;
  if (response.status === 429) return backoffDelay(policy, attempt);
  return isRepeatable(request, policy) ? backoffDelay(policy, attempt) : undefined;
}

/** `Retry-After` in ms: seconds or an HTTP date (RFC 9110, section 10.2.3). */
export function retryAfter(response: HttpResponse, clock: Clock): number | undefined {
  const value = response.header('retry-after');
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - clock.now());
}

function isRepeatable(request: HttpRequest, policy: RetryPolicy): boolean {
  return (
    policy.isIdempotent?.(request) ?? ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'].includes(request.method ?? 'GET')
  );
}

async function wait(reason: string, ms: number, policy: RetryPolicy, request: HttpRequest): Promise<void> {
  policy.onRetry?.({ reason, waitMs: ms });
  await policy.clock.sleep(ms, request.signal);
}
