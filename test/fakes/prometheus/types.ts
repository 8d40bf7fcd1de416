import { parseError } from './errors.ts';
import type { Expression } from './expression.ts';

export type ValueType = 'scalar' | 'instant vector' | 'range vector' | 'string';

const RANGE: readonly ValueType[] = ['range vector'];
const INSTANT: readonly ValueType[] = ['instant vector'];
const SCALAR: readonly ValueType[] = ['scalar'];

/** Argument types of each function, and the type of its result. */
export const FUNCTIONS: Readonly<
  Record<string, { readonly takes: readonly (readonly ValueType[])[]; readonly gives: ValueType }>
> = {
  rate: { takes: [RANGE], gives: 'instant vector' },
  increase: { takes: [RANGE], gives: 'instant vector' },
  avg_over_time: { takes: [RANGE], gives: 'instant vector' },
  sum_over_time: { takes: [RANGE], gives: 'instant vector' },
  min_over_time: { takes: [RANGE], gives: 'instant vector' },
  max_over_time: { takes: [RANGE], gives: 'instant vector' },
  count_over_time: { takes: [RANGE], gives: 'instant vector' },
  abs: { takes: [INSTANT], gives: 'instant vector' },
  clamp_min: { takes: [INSTANT, SCALAR], gives: 'instant vector' },
  clamp_max: { takes: [INSTANT, SCALAR], gives: 'instant vector' },
  histogram_quantile: { takes: [SCALAR, INSTANT], gives: 'instant vector' },
  vector: { takes: [SCALAR], gives: 'instant vector' },
  scalar: { takes: [INSTANT], gives: 'scalar' },
};

export const COMPARISONS: readonly string[] = ['==', '!=', '<=', '<', '>=', '>'];
export const SET_OPERATORS: readonly string[] = ['and', 'or', 'unless'];

/** The type of an expression. @throws ApiError bad_data where an operand has the wrong one. */
export function typeOf(expression: Expression): ValueType {
  switch (expression.kind) {
    case 'number':
      return 'scalar';
    case 'string':
      return 'string';
    case 'selector':
      return expression.range === undefined ? 'instant vector' : 'range vector';
    case 'aggregation':
      expectType(expression.of, INSTANT, 'aggregation expression');
      return 'instant vector';
    case 'call': {
      const signature = FUNCTIONS[expression.name];
      if (!signature) throw parseError(expression.position, `unknown function with name "${expression.name}"`);
      if (expression.args.length !== signature.takes.length)
        throw parseError(
          expression.position,
          `expected ${signature.takes.length} argument(s) in call to "${expression.name}", got ${expression.args.length}`,
        );
      expression.args.forEach((arg, index) => {
        expectType(arg, signature.takes[index] ?? [], `call to function "${expression.name}"`);
      });
      return signature.gives;
    }
    case 'binary': {
      const sides = [typeOf(expression.left), typeOf(expression.right)];
      for (const [index, side] of sides.entries())
        if (side !== 'scalar' && side !== 'instant vector')
          throw parseError(
            (index === 0 ? expression.left : expression.right).position,
            'binary expression must contain only scalar and instant vector types',
          );
      if (!sides.includes('instant vector')) {
        if (COMPARISONS.includes(expression.operator) && !expression.bool)
          throw parseError(expression.position, 'comparisons between scalars must use BOOL modifier');
        return 'scalar';
      }
      return 'instant vector';
    }
  }
}

function expectType(expression: Expression, allowed: readonly ValueType[], where: string): void {
  const got = typeOf(expression);
  if (!allowed.includes(got))
    throw parseError(expression.position, `expected type ${allowed[0]} in ${where}, got ${got}`);
}
