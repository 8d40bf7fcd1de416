/**
 * The part of PromQL that the fake evaluates: selectors with labels and ranges, common functions and aggregations, arithmetic,
 * comparison and set operators with `on`/`ignoring`. It rejects everything else (offset, @, subqueries, group_left …).
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
      /** Length of a range vector, in seconds. */
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

/** Whether a label value ('' for a missing label) matches. Regular expressions are anchored at both ends. */
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
