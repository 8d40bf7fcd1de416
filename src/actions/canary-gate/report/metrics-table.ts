import { counted } from '../../../core/counted.ts';
import { code, escapeMarkdown, table } from '../../../core/markdown.ts';
import { median } from '../../../statistics/descriptive.ts';
import { isLeftOut, type MetricAssessment } from '../judges/judgment.ts';
import { formatValue } from '../metric/format.ts';
import type { Metric } from '../metric/metric.ts';
import type { ArmSamples } from '../samples/samples.ts';
import { describeEffect } from './effect.ts';
import type { GateFindings } from './findings.ts';

/** A row for each metric, as Markdown. */
export function metricsTable({ plan, judgment }: Pick<GateFindings, 'plan' | 'judgment'>): string {
  return plan.judge.usesBaseline
    ? table(
        ['metric', 'baseline', 'canary', 'effect (98 % interval)', 'decision'],
        judgment.assessments.map(comparisonRow),
      )
    : table(['metric', 'canary', 'threshold', 'decision'], judgment.assessments.map(thresholdRow));
}

/** Text of a table cell or sentence, without the backslashes that signs and brackets between numbers don't need. */
export function escapeCell(text: string): string {
  return escapeMarkdown(text).replace(/\\([+()])/g, '$1');
}

function comparisonRow(assessment: MetricAssessment): string[] {
  const { metric, arms, comparison, reason } = assessment;
  const effect = escapeCell(comparison ? describeEffect(metric, comparison) : reason);
  const threshold = metric.threshold ? `; ${thresholdCell(assessment)}` : '';
  return [
    escapeCell(metric.name),
    medianCell(arms.baseline, metric),
    medianCell(arms.canary, metric),
    effect + threshold,
    decisionCell(assessment),
  ];
}

function thresholdRow(assessment: MetricAssessment): string[] {
  const { metric, arms } = assessment;
  return [
    escapeCell(metric.name),
    medianCell(arms.canary, metric),
    thresholdCell(assessment),
    decisionCell(assessment),
  ];
}

function medianCell({ values }: ArmSamples, { unit }: Metric): string {
  return values.length === 0 ? '–' : escapeCell(formatValue(median(values), unit));
}

function thresholdCell({ metric, threshold }: MetricAssessment): string {
  if (!metric.threshold || !threshold) return '–';
  const { operator, value } = metric.threshold;
  const { violations, limit } = threshold;
  return `${code(`${operator} ${value}`)}${violations > 0 ? `, ${counted(violations, 'violation')} (${limit} allowed)` : ''}`;
}

function decisionCell(assessment: MetricAssessment): string {
  const { decision, reason, metric } = assessment;
  const critical = metric.critical ? ', critical' : '';
  if (decision === 'pass') return `✓ ${escapeCell(reason)}`;
  if (decision === 'fail') return `✗ ${escapeCell(reason)}${critical}`;
  return `? ${escapeCell(reason)}${isLeftOut(assessment) ? ' (allowed)' : critical}`;
}
