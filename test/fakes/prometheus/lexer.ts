import { parseError } from './errors.ts';

export type TokenKind = 'identifier' | 'number' | 'duration' | 'string' | 'operator' | 'end';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly position: number;
}

const OPERATOR = /^(?:=~|!~|!=|==|<=|>=|[-+*/%^<>=(){}[\],@:])/;
const NUMBER = /^(?:0x[0-9a-f]+|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|(?:inf|nan)(?![\w:]))/i;
const DURATION = /^(?:\d+(?:ms|[smhdwy]))+/;

/** Splits a query into tokens; the last one is `end`. Reports unclosed brackets at the same position as the real parser. */
export function tokenize(query: string): Token[] {
  const tokens: Token[] = [];
  const open: string[] = [];
  let position = 0;
  const take = (kind: TokenKind, text: string) => {
    tokens.push({ kind, text, position });
    position += text.length;
  };
  while (position < query.length) {
    const rest = query.slice(position);
    const space = /^(?:\s+|#[^\n]*)/.exec(rest);
    if (space) {
      position += space[0].length;
      continue;
    }
    const first = rest[0] ?? '';
    if (first === '"' || first === "'" || first === '`') {
      const string = (
        first === '`'
          ? /^`[^`]*`/
          : first === '"'
            ? /^"(?:[^"\\\n]|\\(?:[abfnrtv\\"]|u[0-9a-f]{4}|x[0-9a-f]{2}))*"/i
            : /^'(?:[^'\\\n]|\\(?:[abfnrtv\\']|u[0-9a-f]{4}|x[0-9a-f]{2}))*'/i
      ).exec(rest);
      if (!string) throw parseError(position, 'unterminated quoted string');
      take('string', string[0]);
      continue;
    }
    const inBrackets = open.at(-1) === '[';
    const duration = inBrackets ? DURATION.exec(rest) : undefined;
    if (inBrackets && first !== ']' && !duration) throw parseError(position, 'bad duration syntax: ""');
    if (duration) {
      take('duration', duration[0]);
      continue;
    }
    const number = NUMBER.exec(rest);
    if (number) {
      take('number', number[0]);
      continue;
    }
    const identifier = /^[a-zA-Z_:][\w:]*/.exec(rest);
    if (identifier) {
      take('identifier', identifier[0]);
      continue;
    }
    const operator = OPERATOR.exec(rest);
    if (!operator) throw parseError(position, `unexpected character: '${first}'`);
    const opener = { ')': '(', '}': '{', ']': '[' }[operator[0]];
    if (opener !== undefined && open.pop() !== opener) {
      throw operator[0] === ')'
        ? // The real lexer reports the position after it.
          parseError(position + 1, "unexpected right parenthesis ')'")
        : parseError(position, `unexpected character: '${first}'`);
    }
    if ('({['.includes(operator[0])) open.push(operator[0]);
    take('operator', operator[0]);
  }
  const unclosed = open.at(-1);
  if (unclosed === '{') throw parseError(position, 'unexpected end of input inside braces');
  if (unclosed !== undefined)
    throw parseError(position, `unclosed left ${unclosed === '(' ? 'parenthesis' : 'bracket'}`);
  tokens.push({ kind: 'end', text: '', position });
  return tokens;
}
