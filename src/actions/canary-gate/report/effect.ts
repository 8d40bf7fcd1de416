import type { ArmComparison } from '../judges/judgment.ts';
import { formatChange, formatNumber, formatSigned } from '../metric/format.ts';
import type { Metric } from '../metric/metric.ts';

/** `+3.1 % (−1.0 … +7.4), margin 10 %`: in percent of the baseline if the margin is relative, else in the metric's unit. */
export function describeEffect(metric: Metric, { shift, baselineMedian, margin }: ArmComparison): string {
  const base = Math.abs(baselineMedian);
  if (metric.margin.kind === 'relative' && base > 0) {
    const [lower, estimate, upper] = [shift.lower, shift.estimate, shift.upper].map((value) =>
      formatSigned((100 * value) / base),
    );
    return `${estimate} % (${lower} … ${upper}), margin ${formatNumber(metric.margin.fraction * 100)} %`;
  }
  const factor = metric.unit === 'ratio' ? 100 : 1;
  const interval = `${formatSigned(shift.lower * factor)} … ${formatSigned(shift.upper * factor)}`;
  const allowed = formatChange(margin, metric.unit).replace(/^\+/, '');
  return `${formatChange(shift.estimate, metric.unit)} (${interval}), margin ${allowed}`;
}
