import { ActionError } from '../../../core/error.ts';
import type { MetricsProvider } from '../../../metrics/provider.ts';
import type { Arm, ArmValues, Metric } from '../metric/metric.ts';
import { ARM_PLACEHOLDER, hasPlaceholder } from '../metric/placeholder.ts';

/** The queries of a metric as they are sent. Without a baseline if the judge doesn't use it. */
export interface QueryPair {
  readonly canary: string;
  readonly baseline?: string;
}

/**
 * Replaces `{{ arm }}` in all queries.
 * @throws ActionError `input-missing` if a query needs the value of an arm that isn't given, `input-invalid` if both arms have the same
 */
export function fillQueries(
  metrics: readonly Metric[],
  values: ArmValues,
  provider: Pick<MetricsProvider, 'substitute'>,
  usesBaseline: boolean,
): ReadonlyMap<string, QueryPair> {
  const fill = (metric: Metric, arm: Arm): string => {
    const query = metric.queries[arm];
    if (!hasPlaceholder(query)) return query;
    const value = values[arm];
    if (value !== undefined) return provider.substitute(query, ARM_PLACEHOLDER, value);
    throw new ActionError({
      code: 'input-missing',
      message: `Input \`${arm}\` is missing: the query of "${metric.name}" contains {{ arm }}.`,
      remedy: `Give the label value of the ${arm}, for example \`${arm}: ${arm === 'canary' ? 'canary' : 'stable'}\`.`,
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
