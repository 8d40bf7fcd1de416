import { hasPlaceholder } from './placeholder.ts';

/** One metric of the config, validated. */
export interface Metric {
  readonly name: string;
  /** As written, with `{{ arm }}`. */
  readonly queries: { readonly baseline: string; readonly canary: string };
  /** Which direction is bad. */
  readonly direction: Direction;
  /** Equivalence margin. */
  readonly margin: Margin;
  /** What each sample of the canary must satisfy. */
  readonly threshold: Threshold | undefined;
  /** Number of samples that may violate the threshold; `undefined`: a tenth of the planned ones. */
  readonly failureLimit: number | undefined;
  readonly critical: boolean;
  readonly mustHaveData: boolean;
  readonly weight: number;
  /** Shown after numbers. `ratio` shows them as percentages. */
  readonly unit: string;
}

export type Direction = 'increase' | 'decrease' | 'either';
export type Arm = 'baseline' | 'canary';
export const ARMS: readonly Arm[] = ['baseline', 'canary'];

/** The value of `{{ arm }}` for each arm. */
export type ArmValues = Readonly<Record<Arm, string | undefined>>;

/** How much worse than the baseline is still acceptable. */
export type Margin =
  /** As a fraction of the baseline's median. */
  | { readonly kind: 'relative'; readonly fraction: number }
  /** In the metric's unit. */
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

/** Whether the queries of the two arms differ, at the latest once `{{ arm }}` is replaced. */
export function distinguishesArms({ baseline, canary }: Metric['queries']): boolean {
  return baseline !== '' && (baseline !== canary || hasPlaceholder(canary));
}
