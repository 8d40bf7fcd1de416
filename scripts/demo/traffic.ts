import type { FakePrometheus } from '../../test/fakes/prometheus/server.ts';

/** The error rate and latency of a release. */
export interface Behavior {
  /** Share of requests that fail with a 5xx, from 0 to 1. */
  readonly errors: number;
  /** Mean duration of a request in seconds. */
  readonly latency: number;
}

export type Arm = 'stable' | 'canary';

/** Seconds between two scrapes; the noise changes with each scrape. */
export const SCRAPE_INTERVAL = 0.2;
const REQUESTS_PER_SECOND = { stable: 900, canary: 300 } as const;
/** Relative standard deviation of error rate and latency between scrapes. */
const NOISE = 0.04;

interface Change {
  readonly from: number;
  readonly behavior: Behavior;
}

/** Simulates the requests to both arms of the shop, as the counters that Prometheus scrapes. */
export class Traffic {
  readonly #changes: Record<Arm, Change[]> = { stable: [], canary: [] };
  readonly #start = seconds();

  constructor(prometheus: FakePrometheus) {
    for (const arm of ['stable', 'canary'] as const) {
      const labels = { app: 'shop', track: arm };
      const rate = REQUESTS_PER_SECOND[arm];
      const sumOf = (perRequest: (behavior: Behavior, salt: number) => number) =>
        this.#counter(arm, (behavior, slot) => rate * perRequest(behavior, slot));
      prometheus
        .series(
          'http_requests_total',
          { ...labels, code: '200' },
          sumOf((b, slot) => 1 - noisy(b.errors, slot)),
        )
        .series(
          'http_requests_total',
          { ...labels, code: '500' },
          sumOf((b, slot) => noisy(b.errors, slot)),
        )
        .series(
          'http_request_duration_seconds_count',
          labels,
          sumOf(() => 1),
        )
        .series(
          'http_request_duration_seconds_sum',
          labels,
          sumOf((b, slot) => noisy(b.latency, slot + 0.5)),
        );
    }
  }

  /** Changes how the release of an arm behaves, from now on. */
  setBehavior(arm: Arm, behavior: Behavior): void {
    this.#changes[arm].push({ from: seconds(), behavior });
  }

  /** A counter: the sum of the increases in all scrape intervals so far. */
  #counter(arm: Arm, perSecond: (behavior: Behavior, slot: number) => number): (time: number) => number | undefined {
    const sums: number[] = [0];
    const armSalt = arm === 'stable' ? 0 : 0.25;
    return (time) => {
      const slots = Math.floor((time - this.#start) / SCRAPE_INTERVAL);
      if (slots < 0) return undefined;
      for (let slot = sums.length; slot <= slots; slot++) {
        const at = this.#start + slot * SCRAPE_INTERVAL;
        const behavior = this.#changes[arm].findLast(({ from }) => from <= at)?.behavior;
        sums.push((sums.at(-1) ?? 0) + (behavior ? perSecond(behavior, slot + armSalt) * SCRAPE_INTERVAL : 0));
      }
      return sums[slots];
    };
  }
}

function seconds(): number {
  return Date.now() / 1000;
}

/** A value with reproducible noise: a hash of the slot, distributed uniformly around 0. */
function noisy(mean: number, slot: number): number {
  const hash = Math.sin(slot * 12.9898) * 43758.5453;
  return mean * (1 + NOISE * Math.sqrt(3) * (2 * (hash - Math.floor(hash)) - 1));
}
