import { counted } from '../../../core/counted.ts';
import { formatDuration } from '../../../core/duration.ts';
import { code, details, escapeMarkdown } from '../../../core/markdown.ts';
import { formatNumber } from '../metric/format.ts';
import { ARMS } from '../metric/metric.ts';
import { missingCount } from '../samples/samples.ts';
import { chart } from './chart.ts';
import type { GateFindings } from './findings.ts';
import { escapeCell, metricsTable } from './metrics-table.ts';
import { queryList } from './queries.ts';

/** The report for a reviewer, as Markdown: the job summary and the output `report`. */
export function renderSummary(findings: GateFindings): string {
  return [
    heading(findings),
    earlyEnd(findings),
    metricsTable(findings),
    sampleCounts(findings),
    ...charts(findings),
    details('Queries as run', queryList(findings.queries, findings.plan.provider.plugin.language)),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function heading({ plan, sampling, judgment }: GateFindings): string {
  const { judge } = plan;
  const arms = [plan.arms.canary, judge.usesBaseline ? plan.arms.baseline : undefined]
    .filter((value) => value !== undefined)
    .map(code)
    .join(' vs ');
  const duration = formatDuration(sampling.endedAt - sampling.startedAt);
  const rounds = `${sampling.rounds.length} of ${counted(sampling.planned, 'sample round')}`;
  const facts = [arms, duration, rounds, `judge ${judge.name}`];
  return `### canary-gate: ${judgment.verdict} (score ${formatNumber(judgment.score)})\n\n${facts.filter(Boolean).join(' · ')}`;
}

function earlyEnd({ sampling, judgment }: GateFindings): string {
  if (sampling.ended === 'certain-failure') {
    const failed = judgment.assessments
      .filter(({ decision }) => decision === 'fail')
      .map(({ metric }) => escapeMarkdown(metric.name));
    return `Ended early: ${failed.join(', ')} had certainly failed.`;
  }
  if (sampling.ended === 'provider-lost') {
    const pairs = sampling.rounds.at(-1)?.samples.values() ?? [];
    const [error] = [...pairs].flatMap(({ canary }) => (canary.kind === 'error' ? [canary.message] : []));
    return `Ended early: the metrics server stopped answering. ${escapeCell(error ?? '')}`.trim();
  }
  return '';
}

/** How many samples were taken, and how many are missing for which reason. */
function sampleCounts({ judgment, sampling }: GateFindings): string {
  const gaps = judgment.assessments.flatMap(({ metric, arms }) =>
    ARMS.flatMap((arm) =>
      Object.entries(arms[arm].missing).flatMap(([reason, count]) =>
        count > 0 ? [`${count} × ${reason} (${escapeMarkdown(metric.name)}, ${arm})`] : [],
      ),
    ),
  );
  const all = judgment.assessments.flatMap(({ arms }) => [arms.baseline, arms.canary]);
  const taken = all.reduce((total, { values }) => total + values.length, 0);
  const missing = all.reduce((total, arm) => total + missingCount(arm), 0);
  const count = `${taken} of ${taken + missing} samples in ${counted(sampling.rounds.length, 'round')}`;
  return gaps.length === 0 ? `${count}, none missing.` : `${count}; missing: ${gaps.join(', ')}.`;
}

/** A chart of each metric; those of metrics that passed are folded. */
function charts({ judgment, sampling }: GateFindings): string[] {
  const chartsOf = (passed: boolean) =>
    judgment.assessments
      .filter(({ decision }) => (decision === 'pass') === passed)
      .flatMap(({ metric }) => chart(metric, sampling.rounds, sampling.startedAt) ?? []);
  const passed = chartsOf(true);
  return [
    ...chartsOf(false),
    ...(passed.length > 0 ? [details('Charts of the metrics that passed', passed.join('\n\n'))] : []),
  ];
}
