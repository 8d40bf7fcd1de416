import { counted } from '../../core/counted.ts';
import { code, details, escapeMarkdown, table } from '../../core/markdown.ts';
import { formatValue } from './metric/format.ts';
import { ARMS, type Metric } from './metric/metric.ts';
import type { QueryPair } from './queries/fill-queries.ts';
import { queryList } from './report/summary.ts';
import { missingReason } from './sampling/samples.ts';
import type { TriedQuery } from './sampling/sampling.ts';

interface DryRunFindings {
  readonly metrics: readonly Metric[];
  readonly tried: readonly TriedQuery[];
  readonly queries: ReadonlyMap<string, QueryPair>;
}

/** What a dry run found out: what each query gives now, so that a config can be reviewed before it decides anything. */
export function renderDryRun({ metrics, tried, queries }: DryRunFindings): string {
  const arms = ARMS.filter((arm) => tried.some((one) => one.arm === arm));
  const rows = metrics.map((metric) => [
    escapeMarkdown(metric.name),
    ...arms.map((arm) => {
      const measurement = tried.find((one) => one.name === metric.name && one.arm === arm)?.measurement;
      if (measurement === undefined) return '–';
      return measurement.kind === 'value'
        ? escapeMarkdown(formatValue(measurement.value, metric.unit))
        : missingReason(measurement);
    }),
  ]);
  const empty = tried.filter(({ measurement }) => measurement.kind !== 'value').length;
  const advice =
    empty > 0
      ? ` ${counted(empty, 'query', 'queries')} found nothing yet: ${code('{{ arm }}')} or a label may be wrong.`
      : '';
  return [
    '### canary-gate: dry run',
    `${counted(metrics.length, 'metric')} checked, nothing decided.${advice}`,
    table(['metric', ...arms], rows),
    details('Queries as run', queryList(queries)),
  ].join('\n\n');
}
