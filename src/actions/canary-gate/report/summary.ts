import { counted } from '../../../core/counted.ts';
import { formatDuration } from '../../../core/duration.ts';
import { code, codeBlock, details, escapeMarkdown, table } from '../../../core/markdown.ts';
import { median } from '../../../statistics/descriptive.ts';
import { type ArmComparison, isLeftOut, type Judgment, type MetricAssessment } from '../judges/judgment.ts';
import { formatNumber, formatValue } from '../metric/format.ts';
import type { Metric } from '../metric/metric.ts';
import type { GateInputs } from '../plan.ts';
import type { QueryPair } from '../queries/fill-queries.ts';
import { type ArmSamples, missingCount, type Sampling } from '../sampling/samples.ts';
import { chart } from './chart.ts';
import { describeEffect } from './effect.ts';

export interface GateFindings {
  readonly inputs: GateInputs;
  readonly sampling: Sampling;
  readonly judgement: Judgment;
  readonly queries: ReadonlyMap<string, QueryPair>;
}

/** A cell of a table; `plain`, without the backslashes that signs and brackets between numbers don't need. */
function cell(text: string): string {
  return escapeMarkdown(text).replace(/\\([+()])/g, '$1');
}

/** The report that a reviewer decides from, as Markdown: the job summary and the output `report`. */
export function renderSummary(findings: GateFindings): string {
  return [
    heading(findings),
    ending(findings),
    metricsTable(findings),
    sampleCounts(findings),
    ...charts(findings),
    details('Queries as run', queryList(findings.queries)),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** A chart of each metric: in sight where it is not good, folded where it is. */
function charts({ judgement, sampling }: GateFindings): string[] {
  const drawn = (good: boolean) =>
    judgement.assessments
      .filter(({ decision }) => (decision === 'pass') === good)
      .flatMap(({ metric }) => chart(metric, sampling.rounds, sampling.startedAt) ?? []);
  const good = drawn(true);
  return [...drawn(false), ...(good.length > 0 ? [details('Charts of the good metrics', good.join('\n\n'))] : [])];
}

function heading({ inputs, sampling, judgement }: GateFindings): string {
  const arms = [inputs.canary, inputs.judge === 'threshold' ? undefined : inputs.baseline]
    .filter((value) => value !== undefined)
    .map(code)
    .join(' vs ');
  const span = formatDuration(sampling.endedAt - sampling.startedAt);
  const facts = [
    arms,
    span,
    `${sampling.rounds.length} of ${counted(sampling.planned, 'look')}`,
    `judge ${inputs.judge}`,
  ];
  return `### canary-gate: ${judgement.verdict} (score ${formatNumber(judgement.score)})\n\n${facts.filter(Boolean).join(' · ')}`;
}

function ending({ sampling, judgement }: GateFindings): string {
  if (sampling.ended === 'certain-failure') {
    const failed = judgement.assessments
      .filter(({ decision }) => decision === 'fail')
      .map(({ metric }) => escapeMarkdown(metric.name));
    return `Ended early: ${failed.join(', ')} had failed beyond recovery.`;
  }
  if (sampling.ended === 'provider-lost') {
    const errors = sampling.rounds.at(-1)?.samples.values() ?? [];
    const [first] = [...errors].flatMap(({ canary }) => (canary.kind === 'error' ? [canary.message] : []));
    return `Ended early: the metrics server stopped answering. ${cell(first ?? '')}`.trim();
  }
  return '';
}

function metricsTable({ inputs, judgement }: GateFindings): string {
  const compares = inputs.judge !== 'threshold';
  const header = compares
    ? ['metric', 'baseline', 'canary', 'effect (98 % interval)', 'decision']
    : ['metric', 'canary', 'threshold', 'decision'];
  const rows = judgement.assessments.map((assessment) => {
    const { metric, arms, comparison } = assessment;
    const name = cell(metric.name);
    if (!compares) return [name, typical(arms.canary, metric), thresholdCell(assessment), decisionCell(assessment)];
    const effect = comparison ? cell(describeEffect(metric, comparison)) : cell(assessment.reason);
    const limit = metric.threshold ? `; ${thresholdCell(assessment)}` : '';
    return [
      name,
      typical(arms.baseline, metric),
      typical(arms.canary, metric),
      effect + limit,
      decisionCell(assessment),
    ];
  });
  return table(header, rows);
}

/** What a sample of an arm typically is. */
function typical({ values }: ArmSamples, { unit }: Metric): string {
  return values.length === 0 ? '–' : cell(formatValue(median(values), unit));
}

function thresholdCell({ metric, threshold }: MetricAssessment): string {
  if (!metric.threshold || !threshold) return '–';
  const { operator, value } = metric.threshold;
  const count = threshold.violations > 0 ? `, violated ${threshold.violations} times (${threshold.limit} allowed)` : '';
  return `${code(`${operator} ${value}`)}${count}`;
}

function decisionCell(assessment: MetricAssessment): string {
  const { decision, reason, metric } = assessment;
  const critical = metric.critical ? ', critical' : '';
  if (decision === 'pass') return `✓ ${cell(reason)}`;
  if (decision === 'fail') return `✗ ${cell(reason)}${critical}`;
  return `? ${cell(reason)}${isLeftOut(assessment) ? ' (allowed)' : critical}`;
}

/** How many samples were taken, and which are missing why. */
function sampleCounts({ judgement, sampling }: GateFindings): string {
  const gaps = judgement.assessments.flatMap(({ metric, arms }) =>
    (['baseline', 'canary'] as const).flatMap((arm) =>
      Object.entries(arms[arm].missing).flatMap(([reason, count]) =>
        count > 0 ? [`${count} × ${reason} (${escapeMarkdown(metric.name)}, ${arm})`] : [],
      ),
    ),
  );
  const all = judgement.assessments.flatMap(({ arms }) => [arms.baseline, arms.canary]);
  const taken = all.reduce((total, { values }) => total + values.length, 0);
  const missing = all.reduce((total, arm) => total + missingCount(arm), 0);
  const count = `${taken} of ${taken + missing} samples in ${counted(sampling.rounds.length, 'look')}`;
  return gaps.length === 0 ? `${count}, none missing.` : `${count}; missing: ${gaps.join(', ')}.`;
}

/** Each metric's queries, as they are sent. */
export function queryList(queries: ReadonlyMap<string, QueryPair>): string {
  return [...queries]
    .map(([name, { baseline, canary }]) => {
      const own = baseline === undefined ? [`# canary\n${canary}`] : [`# baseline\n${baseline}`, `# canary\n${canary}`];
      return `**${escapeMarkdown(name)}**\n\n${codeBlock(own.join('\n'), 'promql')}`;
    })
    .join('\n\n');
}

/** The output `metrics`: the same findings as data. */
export function metricsOutput({ judgement, queries }: GateFindings) {
  return judgement.assessments.map(({ metric, decision, reason, arms, comparison, threshold }) => ({
    name: metric.name,
    decision,
    reason,
    direction: metric.direction,
    critical: metric.critical,
    weight: metric.weight,
    unit: metric.unit,
    samples: { baseline: armOutput(arms.baseline), canary: armOutput(arms.canary) },
    ...(comparison ? { effect: effectOutput(comparison) } : {}),
    ...(metric.threshold && threshold ? { threshold: { ...metric.threshold, ...threshold } } : {}),
    queries: queries.get(metric.name) ?? {},
  }));
}

function armOutput(arm: ArmSamples) {
  return { taken: arm.values.length, missing: missingCount(arm) };
}

function effectOutput({ shift, varianceInflation, ...comparison }: ArmComparison) {
  return {
    ...comparison,
    lower: shift.lower,
    estimate: shift.estimate,
    upper: shift.upper,
    varianceInflation: varianceInflation,
    // JSON knows no infinity: a ratio to a mean of 0 is null.
    meanRatio: Number.isFinite(comparison.meanRatio) ? comparison.meanRatio : null,
  };
}
