import { ActionError } from '../../../core/error.ts';
import type { MetricsProvider } from '../../../metrics/provider.ts';
import { fillPlaceholder, hasPlaceholder } from '../../../metrics/prometheus/substitute.ts';
import type { Arm, Metric } from '../metric/metric.ts';

/** The queries of a metric as they are sent; the baseline's only where the judge uses it. */
export interface QueryPair {
  readonly canary: string;
  readonly baseline?: string;
}

/** What `{{ arm }}` stands for. */
export type ArmValues = Readonly<Record<Arm, string | undefined>>;

/**
 * Fills `{{ arm }}` in all queries.
 * @throws ActionError `input-missing` where a query needs the value of an arm that is not given, `input-invalid` where both are the same
 */
export function fillQueries(
  metrics: readonly Metric[],
  values: ArmValues,
  provider: Pick<MetricsProvider, 'quote'>,
  usesBaseline: boolean,
): ReadonlyMap<string, QueryPair> {
  const fill = (metric: Metric, arm: Arm): string => {
    const query = metric.queries[arm];
    if (!hasPlaceholder(query)) return query;
    const value = values[arm];
    if (value !== undefined) return fillPlaceholder(query, value, (text) => provider.quote(text));
    throw new ActionError({
      code: 'input-missing',
      message: `Input \`${arm}\` is missing: the query of "${metric.name}" holds {{ arm }}.`,
      remedy: `Give the label value that tells the ${arm} apart, for example \`${arm}: ${arm === 'canary' ? 'canary' : 'stable'}\`.`,
    });
  };
  return new Map(
    metrics.map((metric) => {
      const canary = fill(metric, 'canary');
      if (!usesBaseline) return [metric.name, { canary }];
      const baseline = fill(metric, 'baseline');
      if (baseline !== canary) return [metric.name, { canary, baseline }];
      throw new ActionError({
        code: 'input-invalid',
        message: `The inputs \`baseline\` and \`canary\` are both "${values.canary ?? ''}", so "${metric.name}" would compare the canary with itself.`,
        remedy: 'Give each arm its own value.',
      });
    }),
  );
}
