import { ApiError } from './errors.ts';
import type { Expression, Matching } from './expression.ts';
import { COMPARISONS, SET_OPERATORS } from './types.ts';
import { keyOf, type Labels, numberOf, type Sample, samplesOf, type Value, vector, withoutName } from './values.ts';

/** Applies a binary operator to two values. */
export function applyOperator(expression: Extract<Expression, { kind: 'binary' }>, left: Value, right: Value): Value {
  const { operator, bool, matching } = expression;
  if (SET_OPERATORS.includes(operator)) return combine(operator, samplesOf(left), samplesOf(right), matching);
  const filters = COMPARISONS.includes(operator) && !bool;
  if (left.type === 'scalar' && right.type === 'scalar')
    return { type: 'scalar', value: compute(operator, left.value, right.value) };
  if (left.type === 'scalar' || right.type === 'scalar') {
    const samples = samplesOf(left.type === 'scalar' ? right : left);
    return vector(
      samples.flatMap(({ labels, value }) => {
        const result =
          left.type === 'scalar' ? compute(operator, left.value, value) : compute(operator, value, numberOf(right));
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
    const result = compute(operator, value, partner.value);
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

function compute(operator: string, a: number, b: number): number {
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
