import { hasPlaceholder } from '../../../metrics/prometheus/substitute.ts';

/** One metric of the config, checked. */
export interface Metric {
  readonly name: string;
  /** Queries as written, with `{{ arm }}` in them. */
  readonly queries: { readonly baseline: string; readonly canary: string };
  /** Which way is bad. */
  readonly direction: Direction;
  readonly margin: Margin;
  /** What the canary alone must satisfy. */
  readonly threshold: Threshold | undefined;
  /** Samples that may violate the threshold; `undefined`: a tenth of those planned. */
  readonly failureLimit: number | undefined;
  readonly critical: boolean;
  readonly mustHaveData: boolean;
  readonly weight: number;
  /** Shown after the numbers; `ratio` shows them as percentages. */
  readonly unit: string;
}

export type Direction = 'increase' | 'decrease' | 'either';
export type Arm = 'baseline' | 'canary';
export const ARMS: readonly Arm[] = ['baseline', 'canary'];

/** How much worse than the baseline is still acceptable. */
export type Margin =
  | { readonly kind: 'relative'; readonly fraction: number }
  /** In the metric's own unit. */
  | { readonly kind: 'absolute'; readonly value: number };

export interface Threshold {
  readonly operator: '<' | '<=' | '>' | '>=';
  readonly value: number;
}

export const DEFAULT_MARGIN: Margin = { kind: 'relative', fraction: 0.2 };

export function satisfies(value: number, { operator, value: bound }: Threshold): boolean {
  switch (operator) {
    case '<':
      return value < bound;
    case '<=':
      return value <= bound;
    case '>':
      return value > bound;
    case '>=':
      return value >= bound;
  }
}

/** Whether the two arms of a metric ask different things. */
export function distinguishesArms({ baseline, canary }: Metric['queries']): boolean {
  return baseline !== '' && (baseline !== canary || hasPlaceholder(canary));
}
