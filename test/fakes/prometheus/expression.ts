/**
 * The part of PromQL that the double evaluates: selectors with labels and ranges, the usual functions and aggregations, arithmetic,
 * comparison and set operators with `on`/`ignoring`. What lies beyond (offset, @, subqueries, group_left …) is refused, never guessed.
 */
export interface Matcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

export interface Grouping {
  readonly kind: 'by' | 'without';
  readonly labels: readonly string[];
}

export interface Matching {
  readonly kind: 'on' | 'ignoring';
  readonly labels: readonly string[];
}

export type Expression =
  | { readonly kind: 'number'; readonly value: number; readonly position: number }
  | { readonly kind: 'string'; readonly value: string; readonly position: number }
  | {
      readonly kind: 'selector';
      readonly matchers: readonly Matcher[];
      /** Seconds of a range vector. */
      readonly range: number | undefined;
      readonly position: number;
    }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[]; readonly position: number }
  | {
      readonly kind: 'aggregation';
      readonly name: string;
      readonly grouping: Grouping;
      readonly of: Expression;
      readonly position: number;
    }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
      readonly bool: boolean;
      readonly matching: Matching;
      readonly position: number;
    };

/** Whether a label's value ('' where the label is missing) fits; regular expressions are anchored at both ends. */
export function fits(matcher: Matcher, value: string): boolean {
  switch (matcher.operator) {
    case '=':
      return value === matcher.value;
    case '!=':
      return value !== matcher.value;
    case '=~':
      return new RegExp(`^(?:${matcher.value})$`, 's').test(value);
    default:
      return !new RegExp(`^(?:${matcher.value})$`, 's').test(value);
  }
}

/** Seconds of a Prometheus duration such as `5m` or `1h30m`. */
export function seconds(duration: string): number {
  const factors: Readonly<Record<string, number>> = {
    ms: 0.001,
    s: 1,
    m: 60,
    h: 3600,
    d: 86400,
    w: 604800,
    y: 31536000,
  };
  let total = 0;
  for (const [, count, unit] of duration.matchAll(/(\d+)(ms|[smhdwy])/g))
    total += Number(count) * (factors[unit ?? 's'] ?? 1);
  return total;
}
