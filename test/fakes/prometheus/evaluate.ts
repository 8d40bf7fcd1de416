import { type Expression, fits } from './expression.ts';
import { callFunction } from './functions.ts';
import { applyOperator } from './operators.ts';
import { keyOf, type Labels, type Sample, type Series, samplesOf, sum, type Value, vector } from './values.ts';

/** How long a sample counts as the current value of its series (`--query.lookback-delta`), in seconds. */
const LOOKBACK = 300;

/** Evaluates an expression at one time (seconds) over the series, by the rules of Prometheus 2.42. */
export function evaluate(expression: Expression, time: number, series: readonly Series[]): Value {
  const evaluateInner = (inner: Expression) => evaluate(inner, time, series);
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
      return callFunction(expression.name, expression.args.map(evaluateInner), time);
    case 'aggregation':
      return aggregate(expression, samplesOf(evaluateInner(expression.of)));
    case 'binary':
      return applyOperator(expression, evaluateInner(expression.left), evaluateInner(expression.right));
  }
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
