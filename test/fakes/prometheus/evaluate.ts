import { ApiError } from './errors.ts';
import { COMPARISONS, type Expression, fits, type Matching, SET_OPERATORS } from './parser.ts';

export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/** A series that was scraped; times in seconds since the epoch. */
export interface Series {
  readonly labels: Labels;
  /** The samples of the closed span, oldest first. */
  between(from: number, to: number): readonly { readonly time: number; readonly value: number }[];
}

export type Value =
  | { readonly type: 'scalar'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'vector'; readonly samples: readonly Sample[] }
  | { readonly type: 'matrix'; readonly ranges: readonly Range[] };

interface Range {
  readonly labels: Labels;
  readonly seconds: number;
  readonly points: readonly { readonly time: number; readonly value: number }[];
}

/** How long the last sample of a series stands for its value (`--query.lookback-delta`), in seconds. */
const LOOKBACK = 300;

/** Evaluates an expression at one instant (seconds) over the series, with Prometheus 2.42's rules. */
export function evaluate(expression: Expression, time: number, series: readonly Series[]): Value {
  const again = (inner: Expression) => evaluate(inner, time, series);
  switch (expression.kind) {
    case 'number':
      return { type: 'scalar', value: expression.value };
    case 'string':
      return { type: 'string', value: expression.value };
    case 'selector': {
      const found = series.filter(({ labels }) =>
        expression.matchers.every((matcher) => fits(matcher, labels[matcher.label] ?? '')),
      );
      const { range } = expression;
      if (range !== undefined)
        return {
          type: 'matrix',
          ranges: found
            .map((each) => ({ labels: each.labels, seconds: range, points: each.between(time - range, time) }))
            .filter(({ points }) => points.length > 0),
        };
      return vector(
        found.flatMap(({ labels, between }) => {
          const last = between(time - LOOKBACK, time).at(-1);
          return last === undefined ? [] : [{ labels, value: last.value }];
        }),
      );
    }
    case 'call':
      return call(expression.name, expression.args.map(again), time);
    case 'aggregation':
      return aggregate(expression, samplesOf(again(expression.of)));
    case 'binary':
      return binary(expression, again(expression.left), again(expression.right));
  }
}

function vector(samples: readonly Sample[]): Value {
  return { type: 'vector', samples };
}

function samplesOf(value: Value | undefined): readonly Sample[] {
  return value?.type === 'vector' ? value.samples : [];
}

function numberOf(value: Value | undefined): number {
  return value?.type === 'scalar' ? value.value : Number.NaN;
}

function withoutName({ __name__: _, ...labels }: Record<string, string>): Labels {
  return labels;
}

function call(name: string, args: readonly Value[], time: number): Value {
  const [first, second] = args;
  const overTime = (f: (values: readonly number[], range: Range) => number | undefined) =>
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
      throw new ApiError('internal', `the Prometheus double does not evaluate \`${name}\``);
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** `extrapolatedRate` of Prometheus' functions.go for counters: resets added, both ends extrapolated, never below zero. */
function extrapolatedIncrease(range: Range, time: number, per: number): number | undefined {
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

/** Linear interpolation inside the bucket that holds the quantile (functions `histogram_quantile`, `bucketQuantile`). */
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

function aggregate(
  { name, grouping }: Extract<Expression, { kind: 'aggregation' }>,
  samples: readonly Sample[],
): Value {
  const groups = new Map<string, { labels: Labels; values: number[] }>();
  for (const { labels, value } of samples) {
    const kept = Object.fromEntries(
      Object.entries(labels).filter(([label]) =>
        grouping.kind === 'by'
          ? grouping.labels.includes(label)
          : label !== '__name__' && !grouping.labels.includes(label),
      ),
    );
    const group = groups.get(keyOf(kept)) ?? { labels: kept, values: [] };
    group.values.push(value);
    groups.set(keyOf(kept), group);
  }
  const reduce = (values: readonly number[]): number => {
    if (name === 'sum') return sum(values);
    if (name === 'avg') return sum(values) / values.length;
    if (name === 'count') return values.length;
    return name === 'min' ? Math.min(...values) : Math.max(...values);
  };
  return vector([...groups.values()].map(({ labels, values }) => ({ labels, value: reduce(values) })));
}

function binary(expression: Extract<Expression, { kind: 'binary' }>, left: Value, right: Value): Value {
  const { operator, bool, matching } = expression;
  if (SET_OPERATORS.includes(operator)) return combine(operator, samplesOf(left), samplesOf(right), matching);
  const filters = COMPARISONS.includes(operator) && !bool;
  if (left.type === 'scalar' && right.type === 'scalar')
    return { type: 'scalar', value: apply(operator, left.value, right.value) };
  if (left.type === 'scalar' || right.type === 'scalar') {
    const samples = samplesOf(left.type === 'scalar' ? right : left);
    return vector(
      samples.flatMap(({ labels, value }) => {
        const result =
          left.type === 'scalar' ? apply(operator, left.value, value) : apply(operator, value, numberOf(right));
        if (filters) return result === 1 ? [{ labels, value }] : [];
        return [{ labels: withoutName({ ...labels }), value: result }];
      }),
    );
  }
  return vector(matched(expression, samplesOf(left), samplesOf(right), filters));
}

function matched(
  { operator, matching }: Extract<Expression, { kind: 'binary' }>,
  left: readonly Sample[],
  right: readonly Sample[],
  filters: boolean,
): Sample[] {
  const partners = new Map<string, Sample>();
  for (const sample of right) {
    const key = matchKey(sample.labels, matching);
    if (partners.has(key)) throw manyToMany('right');
    partners.set(key, sample);
  }
  const used = new Set<string>();
  return left.flatMap(({ labels, value }) => {
    const key = matchKey(labels, matching);
    const partner = partners.get(key);
    if (!partner) return [];
    if (used.has(key)) throw manyToMany('left');
    used.add(key);
    const result = apply(operator, value, partner.value);
    if (filters && result !== 1) return [];
    return [{ labels: filters ? labels : matchLabels(labels, matching), value: filters ? value : result }];
  });
}

function manyToMany(side: string): ApiError {
  return new ApiError(
    'execution',
    `found duplicate series for the match group on the ${side} hand-side of the operation;many-to-many matching not allowed: matching labels must be unique on one side`,
  );
}

function combine(operator: string, left: readonly Sample[], right: readonly Sample[], matching: Matching): Value {
  const keys = (samples: readonly Sample[]) => new Set(samples.map(({ labels }) => matchKey(labels, matching)));
  const [inLeft, inRight] = [keys(left), keys(right)];
  const outside = right.filter(({ labels }) => !inLeft.has(matchKey(labels, matching)));
  if (operator === 'or') return vector([...left, ...outside]);
  return vector(left.filter(({ labels }) => inRight.has(matchKey(labels, matching)) === (operator === 'and')));
}

function matchLabels(labels: Labels, { kind, labels: named }: Matching): Labels {
  return Object.fromEntries(
    Object.entries(withoutName({ ...labels })).filter(([label]) => named.includes(label) === (kind === 'on')),
  );
}

function matchKey(labels: Labels, matching: Matching): string {
  return keyOf(matchLabels(labels, matching));
}

/** Labels as a text that is the same for the same labels. */
export function keyOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function apply(operator: string, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
    case '^':
      return a ** b;
    case '==':
      return Number(a === b);
    case '!=':
      return Number(a !== b);
    case '<':
      return Number(a < b);
    case '<=':
      return Number(a <= b);
    case '>':
      return Number(a > b);
    default:
      return Number(a >= b);
  }
}
