import { ApiError, parseError } from './errors.ts';
import { type Token, tokenize } from './lexer.ts';

/**
 * The part of PromQL that the double evaluates: selectors with labels and ranges, the usual functions and aggregations, arithmetic,
 * comparison and set operators with `on`/`ignoring`. What lies beyond (offset, @, subqueries, group_left …) is refused, never guessed.
 */
export type ValueType = 'scalar' | 'instant vector' | 'range vector' | 'string';

export interface Matcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

export interface Grouping {
  readonly kind: 'by' | 'without';
  readonly labels: readonly string[];
}

export interface Matching {
  readonly kind: 'on' | 'ignoring';
  readonly labels: readonly string[];
}

export type Expression =
  | { readonly kind: 'number'; readonly value: number; readonly position: number }
  | { readonly kind: 'string'; readonly value: string; readonly position: number }
  | {
      readonly kind: 'selector';
      readonly matchers: readonly Matcher[];
      /** Seconds of a range vector. */
      readonly range: number | undefined;
      readonly position: number;
    }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[]; readonly position: number }
  | {
      readonly kind: 'aggregation';
      readonly name: string;
      readonly grouping: Grouping;
      readonly of: Expression;
      readonly position: number;
    }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
      readonly bool: boolean;
      readonly matching: Matching;
      readonly position: number;
    };

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

const AGGREGATIONS = ['sum', 'avg', 'min', 'max', 'count'];
const UNSUPPORTED = ['offset', 'group_left', 'group_right', 'atan2'];
const PRECEDENCE: readonly (readonly string[])[] = [
  ['or'],
  ['and', 'unless'],
  ['==', '!=', '<=', '<', '>=', '>'],
  ['+', '-'],
  ['*', '/', '%'],
  ['^'],
];

export const COMPARISONS: readonly string[] = ['==', '!=', '<=', '<', '>=', '>'];
export const SET_OPERATORS: readonly string[] = ['and', 'or', 'unless'];

export function parseQuery(query: string): Expression {
  const parser = new Parser(tokenize(query));
  if (parser.peek().kind === 'end') throw parseError(0, 'no expression found in input');
  const expression = parser.binary(0);
  parser.finish();
  typeOf(expression);
  return expression;
}

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

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  peek(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', text: '', position: 0 };
  }

  finish(): void {
    if (this.peek().kind !== 'end') throw this.#unexpected(this.peek());
  }

  binary(level: number): Expression {
    const operators = PRECEDENCE[level];
    if (!operators) return this.#unary();
    const rightAssociative = level === PRECEDENCE.length - 1;
    let left = level === 4 ? this.#signed(level) : this.binary(level + 1);
    for (;;) {
      const { text, position } = this.peek();
      if (!operators.includes(text.toLowerCase())) return left;
      this.#next += 1;
      const bool = COMPARISONS.includes(text) && this.#accept('bool');
      const matching = this.#matching();
      const right = rightAssociative ? this.binary(level) : level === 4 ? this.#signed(level) : this.binary(level + 1);
      left = { kind: 'binary', operator: text.toLowerCase(), left, right, bool, matching, position };
    }
  }

  /** A sign binds as multiplication does: −a^2 is −(a^2). */
  #signed(level: number): Expression {
    const { text, position } = this.peek();
    if (text !== '-' && text !== '+') return this.binary(level + 1);
    this.#next += 1;
    const right = this.#signed(level);
    const sign: Expression = { kind: 'number', value: text === '-' ? -1 : 1, position };
    return { kind: 'binary', operator: '*', left: sign, right, bool: false, matching: ignoringNothing, position };
  }

  #unary(): Expression {
    const expression = this.#primary();
    const { text } = this.peek();
    if (text === '[') {
      if (expression.kind !== 'selector')
        throw parseError(this.peek().position, 'ranges only allowed for vector selectors');
      this.#next += 1;
      const range = seconds(this.#expect('duration', 'duration').text);
      if (this.peek().text === ':') throw unsupported('a subquery');
      this.#expect('operator', ']');
      return { ...expression, range };
    }
    if (text === '@' || UNSUPPORTED.includes(text.toLowerCase())) throw unsupported(`\`${text}\``);
    return expression;
  }

  #primary(): Expression {
    const token = this.peek();
    this.#next += 1;
    const { position, text } = token;
    if (token.kind === 'number') return { kind: 'number', value: numberOf(text), position };
    if (token.kind === 'string') return { kind: 'string', value: unquote(text), position };
    if (text === '(') {
      const inner = this.binary(0);
      this.#expect('operator', ')');
      return inner;
    }
    if (text === '{') return this.#selector(undefined, position);
    if (token.kind !== 'identifier') throw this.#unexpected(token);
    if (AGGREGATIONS.includes(text.toLowerCase()) && ['(', 'by', 'without'].includes(this.peek().text))
      return this.#aggregation(text.toLowerCase(), position);
    if (this.peek().text === '(') return this.#call(text, position);
    if (this.peek().text !== '{') return { kind: 'selector', matchers: [nameIs(text)], range: undefined, position };
    this.#next += 1;
    return this.#selector(text, position);
  }

  #selector(name: string | undefined, position: number): Expression {
    const matchers: Matcher[] = name === undefined ? [] : [nameIs(name)];
    while (!this.#accept('}')) {
      const label = this.peek();
      if (label.kind !== 'identifier')
        throw parseError(label.position, `unexpected "${label.text}" in label matching, expected identifier or "}"`);
      this.#next += 1;
      const operator = this.peek();
      if (!['=', '!=', '=~', '!~'].includes(operator.text))
        throw parseError(
          operator.position,
          `unexpected ${described(operator)} in label matching, expected label matching operator`,
        );
      this.#next += 1;
      const value = this.peek();
      if (value.kind !== 'string')
        throw parseError(value.position, `unexpected ${described(value)} in label matching, expected string`);
      this.#next += 1;
      matchers.push({ label: label.text, operator: operator.text, value: unquote(value.text) });
      if (!this.#accept(',') && this.peek().text !== '}')
        throw parseError(
          this.peek().position,
          `unexpected ${described(this.peek())} in label matching, expected "," or "}"`,
        );
    }
    if (!matchers.some((matcher) => !fits(matcher, '')))
      throw parseError(position, 'vector selector must contain at least one non-empty matcher');
    return { kind: 'selector', matchers, range: undefined, position };
  }

  #call(name: string, position: number): Expression {
    if (!FUNCTIONS[name]) throw parseError(position, `unknown function with name "${name}"`);
    this.#expect('operator', '(');
    const args: Expression[] = [];
    while (!this.#accept(')')) {
      args.push(this.binary(0));
      if (!this.#accept(',') && this.peek().text !== ')') throw this.#unexpected(this.peek());
    }
    return { kind: 'call', name, args, position };
  }

  #aggregation(name: string, position: number): Expression {
    const before = this.#grouping();
    this.#expect('operator', '(');
    const of = this.binary(0);
    this.#expect('operator', ')');
    const grouping = before ?? this.#grouping() ?? { kind: 'by', labels: [] };
    return { kind: 'aggregation', name, grouping, of, position };
  }

  #grouping(): Grouping | undefined {
    const word = this.peek().text.toLowerCase();
    if (word !== 'by' && word !== 'without') return undefined;
    this.#next += 1;
    return { kind: word, labels: this.#labels() };
  }

  #matching(): Matching {
    const word = this.peek().text.toLowerCase();
    if (word !== 'on' && word !== 'ignoring') return ignoringNothing;
    this.#next += 1;
    const labels = this.#labels();
    if (UNSUPPORTED.includes(this.peek().text.toLowerCase())) throw unsupported(`\`${this.peek().text}\``);
    return { kind: word, labels };
  }

  #labels(): string[] {
    this.#expect('operator', '(');
    const labels: string[] = [];
    while (!this.#accept(')')) {
      labels.push(this.#expect('identifier', 'identifier').text);
      this.#accept(',');
    }
    return labels;
  }

  #accept(text: string): boolean {
    if (this.peek().text.toLowerCase() !== text) return false;
    this.#next += 1;
    return true;
  }

  #expect(kind: Token['kind'], what: string): Token {
    const token = this.peek();
    if (token.kind !== kind || (kind === 'operator' && token.text !== what)) throw this.#unexpected(token);
    this.#next += 1;
    return token;
  }

  #unexpected(token: Token): ApiError {
    return parseError(token.position, `unexpected ${described(token)}`);
  }
}

const ignoringNothing: Matching = { kind: 'ignoring', labels: [] };

function nameIs(value: string): Matcher {
  return { label: '__name__', operator: '=', value };
}

/** Whether a label's value ('' where the label is missing) fits; regular expressions are anchored at both ends. */
export function fits(matcher: Matcher, value: string): boolean {
  switch (matcher.operator) {
    case '=':
      return value === matcher.value;
    case '!=':
      return value !== matcher.value;
    case '=~':
      return new RegExp(`^(?:${matcher.value})$`, 's').test(value);
    default:
      return !new RegExp(`^(?:${matcher.value})$`, 's').test(value);
  }
}

/** Seconds of a Prometheus duration such as `5m` or `1h30m`. */
export function seconds(duration: string): number {
  const factors: Readonly<Record<string, number>> = {
    ms: 0.001,
    s: 1,
    m: 60,
    h: 3600,
    d: 86400,
    w: 604800,
    y: 31536000,
  };
  let total = 0;
  for (const [, count, unit] of duration.matchAll(/(\d+)(ms|[smhdwy])/g))
    total += Number(count) * (factors[unit ?? 's'] ?? 1);
  return total;
}

function unquote(text: string): string {
  const inner = text.slice(1, -1);
  return text.startsWith('`')
    ? inner
    : inner.replace(/\\(?:u([0-9a-f]{4})|x([0-9a-f]{2})|(.))/gi, (_, u?: string, x?: string, char = '') =>
        char
          ? ({ n: '\n', t: '\t', r: '\r' }[String(char)] ?? char)
          : String.fromCharCode(Number.parseInt(u ?? x ?? '', 16)),
      );
}

function numberOf(text: string): number {
  if (/^inf$/i.test(text)) return Number.POSITIVE_INFINITY;
  if (/^nan$/i.test(text)) return Number.NaN;
  return Number(text);
}

function described(token: Token): string {
  if (token.kind === 'end') return 'end of input';
  return token.kind === 'identifier' ? `identifier "${token.text}"` : `"${token.text}"`;
}

function unsupported(what: string): ApiError {
  return new ApiError('internal', `the Prometheus double does not evaluate ${what}`);
}
