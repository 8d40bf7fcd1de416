/** How long to wait between attempts: exponential, with jitter. */
export interface Backoff {
  /** The first delay in ms; it doubles with each attempt, up to `maxDelay`. */
  readonly firstDelay: number;
  readonly maxDelay: number;
  /** From 0 (inclusive) to 1: the jitter. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/**
 * The delay in ms after a failed attempt (0 is the first one). The jitter takes up to half of it off, so that clients that failed
 * together don't come back together.
 */
export function backoffDelay({ firstDelay, maxDelay, random = Math.random }: Backoff, attempt: number): number {
  const ceiling = Math.min(maxDelay, firstDelay * 2 ** attempt);
  return Math.round(ceiling / 2 + (random() * ceiling) / 2);
}
