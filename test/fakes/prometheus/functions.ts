import { ApiError } from './errors.ts';
import {
  keyOf,
  type Labels,
  numberOf,
  type Sample,
  type SeriesRange,
  samplesOf,
  sum,
  type Value,
  vector,
  withoutName,
} from './values.ts';

/** Calls a PromQL function at one time (seconds). */
export function callFunction(name: string, args: readonly Value[], time: number): Value {
  const [first, second] = args;
  const overTime = (f: (values: readonly number[], range: SeriesRange) => number | undefined) =>
    vector(
      (first?.type === 'matrix' ? first.ranges : []).flatMap((range) => {
        const value = f(
          range.points.map((point) => point.value),
          range,
        );
        return value === undefined ? [] : [{ labels: withoutName({ ...range.labels }), value }];
      }),
    );
  const each = (f: (value: number) => number) =>
    vector(samplesOf(first).map(({ labels, value }) => ({ labels: withoutName({ ...labels }), value: f(value) })));
  switch (name) {
    case 'rate':
      return overTime((_, range) => extrapolatedIncrease(range, time, range.seconds));
    case 'increase':
      return overTime((_, range) => extrapolatedIncrease(range, time, 1));
    case 'avg_over_time':
      return overTime((values) => sum(values) / values.length);
    case 'sum_over_time':
      return overTime(sum);
    case 'min_over_time':
      return overTime((values) => Math.min(...values));
    case 'max_over_time':
      return overTime((values) => Math.max(...values));
    case 'count_over_time':
      return overTime((values) => values.length);
    case 'abs':
      return each(Math.abs);
    case 'clamp_min':
      return each((value) => Math.max(value, numberOf(second)));
    case 'clamp_max':
      return each((value) => Math.min(value, numberOf(second)));
    case 'histogram_quantile':
      return histogramQuantile(numberOf(first), samplesOf(second));
    case 'vector':
      return vector([{ labels: {}, value: numberOf(first) }]);
    case 'scalar': {
      const samples = samplesOf(first);
      return { type: 'scalar', value: samples.length === 1 ? (samples[0]?.value ?? Number.NaN) : Number.NaN };
    }
    default:
      throw new ApiError('internal', `the fake Prometheus does not evaluate \`${name}\``);
  }
}

/** `extrapolatedRate` of Prometheus' functions.go for counters: adds resets, extrapolates to both ends, never goes below zero. */
function extrapolatedIncrease(range: SeriesRange, time: number, per: number): number | undefined {
  const [first, last] = [range.points[0], range.points.at(-1)];
  const { length } = range.points;
  if (!first || !last || length < 2) return undefined;
  let increase = last.value - first.value;
  range.points.forEach(({ value }, index) => {
    const before = range.points[index - 1];
    if (before && value < before.value) increase += before.value;
  });
  const sampled = last.time - first.time;
  const average = sampled / (length - 1);
  let toStart = first.time - (time - range.seconds);
  const toEnd = time - last.time;
  if (increase > 0 && first.value >= 0) toStart = Math.min(toStart, sampled * (first.value / increase));
  const threshold = average * 1.1;
  const span = sampled + (toStart < threshold ? toStart : average / 2) + (toEnd < threshold ? toEnd : average / 2);
  return (increase * (span / sampled)) / per;
}

/** Linear interpolation inside the bucket that contains the quantile (`bucketQuantile` of Prometheus' quantile.go). */
function histogramQuantile(q: number, samples: readonly Sample[]): Value {
  const histograms = new Map<string, { labels: Labels; buckets: { bound: number; count: number }[] }>();
  for (const { labels, value } of samples) {
    const { le, ...rest } = withoutName({ ...labels });
    if (le === undefined) continue;
    const key = keyOf(rest);
    const histogram = histograms.get(key) ?? { labels: rest, buckets: [] };
    histogram.buckets.push({ bound: le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le), count: value });
    histograms.set(key, histogram);
  }
  return vector([...histograms.values()].map(({ labels, buckets }) => ({ labels, value: bucketQuantile(q, buckets) })));
}

function bucketQuantile(q: number, unsorted: readonly { bound: number; count: number }[]): number {
  const buckets = unsorted.toSorted((a, b) => a.bound - b.bound);
  const top = buckets.at(-1);
  if (!top || top.bound !== Number.POSITIVE_INFINITY || buckets.length < 2 || top.count === 0) return Number.NaN;
  const place = q * top.count;
  const index = buckets.findIndex(({ count }) => count >= place);
  const bucket = buckets[index];
  if (!bucket || index === buckets.length - 1) return buckets.at(-2)?.bound ?? Number.NaN;
  if (index === 0 && bucket.bound <= 0) return bucket.bound;
  const below = buckets[index - 1] ?? { bound: 0, count: 0 };
  return below.bound + (bucket.bound - below.bound) * ((place - below.count) / (bucket.count - below.count));
}
