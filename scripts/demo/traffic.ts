import type { FakePrometheus } from '../../test/fakes/prometheus/server.ts';

/** How a release behaves under load. */
export interface Behaviour {
  /** Share of requests that end with a 5xx, 0 to 1. */
  readonly errors: number;
  /** Mean seconds per request. */
  readonly latency: number;
}

export type Arm = 'stable' | 'canary';

/** Seconds between two scrapes, and between two changes of the load's noise. */
export const SCRAPE_INTERVAL = 0.2;
const REQUESTS_PER_SECOND = { stable: 900, canary: 300 } as const;
/** Relative spread of error rate and latency from one scrape to the next. */
const NOISE = 0.04;

interface Shift {
  readonly from: number;
  readonly behaviour: Behaviour;
}

/** Requests that the two arms of the shop get, as the counters that Prometheus scrapes from them. */
export class Traffic {
  readonly #shifts: Record<Arm, Shift[]> = { stable: [], canary: [] };
  readonly #start = seconds();

  constructor(prometheus: FakePrometheus) {
    for (const arm of ['stable', 'canary'] as const) {
      const labels = { app: 'shop', track: arm };
      const rate = REQUESTS_PER_SECOND[arm];
      const sumOf = (perRequest: (behaviour: Behaviour, salt: number) => number) =>
        this.#counter(arm, (behaviour, slot) => rate * perRequest(behaviour, slot));
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

  /** From now on an arm runs a release that behaves so. */
  shift(arm: Arm, behaviour: Behaviour): void {
    this.#shifts[arm].push({ from: seconds(), behaviour });
  }

  /** A counter: the sum over all scrape intervals so far of what each added. */
  #counter(arm: Arm, perSecond: (behaviour: Behaviour, slot: number) => number): (time: number) => number | undefined {
    const sums: number[] = [0];
    const armSalt = arm === 'stable' ? 0 : 0.25;
    return (time) => {
      const slots = Math.floor((time - this.#start) / SCRAPE_INTERVAL);
      if (slots < 0) return undefined;
      for (let slot = sums.length; slot <= slots; slot++) {
        const at = this.#start + slot * SCRAPE_INTERVAL;
        const behaviour = this.#shifts[arm].findLast(({ from }) => from <= at)?.behaviour;
        sums.push((sums.at(-1) ?? 0) + (behaviour ? perSecond(behaviour, slot + armSalt) * SCRAPE_INTERVAL : 0));
      }
      return sums[slots];
    };
  }
}

function seconds(): number {
  return Date.now() / 1000;
}

/** A value with noise that is the same at each run: a hash of the slot, spread evenly around 0. */
function noisy(mean: number, slot: number): number {
  const hash = Math.sin(slot * 12.9898) * 43758.5453;
  return mean * (1 + NOISE * Math.sqrt(3) * (2 * (hash - Math.floor(hash)) - 1));
}
