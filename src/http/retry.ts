import type { Clock } from '../core/clock.ts';
import { messageOf } from '../core/error.ts';
import { NetworkError } from './error.ts';
import type { HttpResponse } from './response.ts';
import type { HttpRequest, Transport } from './transport.ts';

/** An attempt that failed, and how long is waited before the next one. */
export interface Attempt {
  readonly reason: string;
  readonly waitMs: number;
}

export interface RetryPolicy {
  readonly clock: Clock;
  /** Attempts after the first one. */
  readonly retries: number;
  /** First wait in ms; it doubles with each attempt, up to `longest`. */
  readonly first: number;
  readonly longest: number;
  /** Whether sending the same request again can do harm when the first one was carried out; such requests are repeated only on 429 and 503 with Retry-After. */
  readonly repeatable?: (request: HttpRequest) => boolean;
  /** Statuses that may be better next time. Default 408, 425, 429, 500, 502, 503, 504. */
  readonly statuses?: readonly number[];
  /** Told before each wait. */
  readonly onRetry?: (attempt: Attempt) => void;
  /** From 0 (inclusive) to 1: the jitter. */
  readonly random?: () => number;
}

/** Whoever asks to come back later than this, in ms, gives no answer that is worth waiting for. */
const LONGEST_ASKED = 5 * 60_000;

const TRANSIENT = [408, 425, 429, 500, 502, 503, 504];

/**
 * A transport that answers only when the whole body has come, so that `retrying` over it repeats answers cut short. For small bodies.
 * @param largest in bytes
 */
export function wholeBodies(transport: Transport, largest?: number): Transport {
  return { close: () => transport.close(), send: async (request) => (await transport.send(request)).whole(largest) };
}

/** A transport that sends again when the failure may pass: connection lost, 429, 5xx. `Retry-After` is obeyed up to five minutes. */
export function retrying(transport: Transport, policy: RetryPolicy): Transport {
  return {
    close: () => transport.close(),
    async send(request) {
      for (let attempt = 0; ; attempt++) {
        const outcome = await attemptOnce(transport, request);
        const last = attempt >= policy.retries;
        if (outcome.kind === 'failed') {
          if (last || outcome.error.isCertificate || !isRepeatable(request, policy)) throw outcome.error;
          await wait(messageOf(outcome.error), backoff(policy, attempt), policy, request);
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
  if (!(policy.statuses ?? TRANSIENT).includes(response.status)) return undefined;
  const asked = retryAfter(response, policy.clock);
  // A server that asks to come back later has refused the request, not carried it out.
  if (asked !== undefined && asked > LONGEST_ASKED) return undefined;
  if (asked !== undefined && [429, 503].includes(response.status)) return asked;
  if (response.status === 429) return backoff(policy, attempt);
  return isRepeatable(request, policy) ? backoff(policy, attempt) : undefined;
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
  return policy.repeatable?.(request) ?? ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'].includes(request.method ?? 'GET');
}

/** Exponential with full jitter over its upper half, so that many clients don't come back together. */
export function backoff(policy: Pick<RetryPolicy, 'first' | 'longest' | 'random'>, attempt: number): number {
  const ceiling = Math.min(policy.longest, policy.first * 2 ** attempt);
  return Math.round(ceiling / 2 + ((policy.random ?? Math.random)() * ceiling) / 2);
}

async function wait(reason: string, ms: number, policy: RetryPolicy, request: HttpRequest): Promise<void> {
  policy.onRetry?.({ reason, waitMs: ms });
  await policy.clock.sleep(ms, request.signal);
}
