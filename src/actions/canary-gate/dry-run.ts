import { counted } from '../../core/counted.ts';
import { code, details, escapeMarkdown, table } from '../../core/markdown.ts';
import { formatValue } from './metric/format.ts';
import { ARMS } from './metric/metric.ts';
import type { GatePlan } from './plan.ts';
import type { QueryPair } from './queries/fill-queries.ts';
import type { QueryResult } from './queries/try-queries.ts';
import { queryList } from './report/queries.ts';
import { missingReason } from './samples/samples.ts';

interface DryRunFindings {
  readonly plan: GatePlan;
  readonly results: readonly QueryResult[];
  readonly queries: ReadonlyMap<string, QueryPair>;
}

/** The job summary of a dry run: what each query returns now, so that a config can be reviewed before it decides anything. */
export function renderDryRun({ plan, results, queries }: DryRunFindings): string {
  const { metrics } = plan;
  const arms = ARMS.filter((arm) => results.some((result) => result.arm === arm));
  const rows = metrics.map((metric) => [
    escapeMarkdown(metric.name),
    ...arms.map((arm) => {
      const measurement = results.find((result) => result.name === metric.name && result.arm === arm)?.measurement;
      if (measurement === undefined) return '–';
      return measurement.kind === 'value'
        ? escapeMarkdown(formatValue(measurement.value, metric.unit))
        : missingReason(measurement);
    }),
  ]);
  const empty = results.filter(({ measurement }) => measurement.kind !== 'value').length;
  const advice =
    empty > 0
      ? ` ${counted(empty, 'query', 'queries')} found nothing yet: ${code('{{ arm }}')} or a label may be wrong.`
      : '';
  return [
    '### canary-gate: dry run',
    `${counted(metrics.length, 'metric')} checked, nothing decided.${advice}`,
    table(['metric', ...arms], rows),
    details('Queries as run', queryList(queries, plan.provider.plugin.language)),
  ].join('\n\n');
}
