import { ApiError, parseError } from './errors.ts';
import { type Expression, fits, type Grouping, type Matcher, type Matching } from './expression.ts';
import { type Token, tokenize } from './lexer.ts';
import { parseNumber, seconds, unquote } from './literals.ts';
import { COMPARISONS, FUNCTIONS, typeOf } from './types.ts';

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

export function parseQuery(query: string): Expression {
  const parser = new Parser(tokenize(query));
  if (parser.peek().kind === 'end') throw parseError(0, 'no expression found in input');
  const expression = parser.binary(0);
  parser.finish();
  typeOf(expression);
  return expression;
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

  /** A sign has the precedence of multiplication: −a^2 is −(a^2). */
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
    if (token.kind === 'number') return { kind: 'number', value: parseNumber(text), position };
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
          `unexpected ${describeToken(operator)} in label matching, expected label matching operator`,
        );
      this.#next += 1;
      const value = this.peek();
      if (value.kind !== 'string')
        throw parseError(value.position, `unexpected ${describeToken(value)} in label matching, expected string`);
      this.#next += 1;
      matchers.push({ label: label.text, operator: operator.text, value: unquote(value.text) });
      if (!this.#accept(',') && this.peek().text !== '}')
        throw parseError(
          this.peek().position,
          `unexpected ${describeToken(this.peek())} in label matching, expected "," or "}"`,
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
    return parseError(token.position, `unexpected ${describeToken(token)}`);
  }
}

const ignoringNothing: Matching = { kind: 'ignoring', labels: [] };

function nameIs(value: string): Matcher {
  return { label: '__name__', operator: '=', value };
}

function describeToken(token: Token): string {
  if (token.kind === 'end') return 'end of input';
  return token.kind === 'identifier' ? `identifier "${token.text}"` : `"${token.text}"`;
}

function unsupported(what: string): ApiError {
  return new ApiError('internal', `the fake Prometheus does not evaluate ${what}`);
}
