import { parseError } from './errors.ts';
import type { Expression } from './expression.ts';

export type ValueType = 'scalar' | 'instant vector' | 'range vector' | 'string';

const RANGE: readonly ValueType[] = ['range vector'];
const INSTANT: readonly ValueType[] = ['instant vector'];
const SCALAR: readonly ValueType[] = ['scalar'];

/** The argument types and the result type of each function. */
export const FUNCTIONS: Readonly<
  Record<string, { readonly parameters: readonly (readonly ValueType[])[]; readonly result: ValueType }>
> = {
  rate: { parameters: [RANGE], result: 'instant vector' },
  increase: { parameters: [RANGE], result: 'instant vector' },
  avg_over_time: { parameters: [RANGE], result: 'instant vector' },
  sum_over_time: { parameters: [RANGE], result: 'instant vector' },
  min_over_time: { parameters: [RANGE], result: 'instant vector' },
  max_over_time: { parameters: [RANGE], result: 'instant vector' },
  count_over_time: { parameters: [RANGE], result: 'instant vector' },
  abs: { parameters: [INSTANT], result: 'instant vector' },
  clamp_min: { parameters: [INSTANT, SCALAR], result: 'instant vector' },
  clamp_max: { parameters: [INSTANT, SCALAR], result: 'instant vector' },
  histogram_quantile: { parameters: [SCALAR, INSTANT], result: 'instant vector' },
  vector: { parameters: [SCALAR], result: 'instant vector' },
  scalar: { parameters: [INSTANT], result: 'scalar' },
};

export const COMPARISONS: readonly string[] = ['==', '!=', '<=', '<', '>=', '>'];
export const SET_OPERATORS: readonly string[] = ['and', 'or', 'unless'];

/** The type of an expression. @throws ApiError `bad_data` if an operand has the wrong type */
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
      if (expression.args.length !== signature.parameters.length)
        throw parseError(
          expression.position,
          `expected ${signature.parameters.length} argument(s) in call to "${expression.name}", got ${expression.args.length}`,
        );
      expression.args.forEach((arg, index) => {
        expectType(arg, signature.parameters[index] ?? [], `call to function "${expression.name}"`);
      });
      return signature.result;
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

function expectType(expression: Expression, allowed: readonly ValueType[], context: string): void {
  const got = typeOf(expression);
  if (!allowed.includes(got))
    throw parseError(expression.position, `expected type ${allowed[0]} in ${context}, got ${got}`);
}
