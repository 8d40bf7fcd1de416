import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MetricsError } from '../../../../src/metrics/error.ts';
import { substitute } from '../../../../src/metrics/providers/prometheus/substitute.ts';
import { queryParts } from '../../../../src/metrics/providers/prometheus/tokens.ts';
import { tokenize } from '../../../fakes/prometheus/lexer.ts';
import { expectLinearTime } from '../../../processor-time.ts';

const fill = (query: string, value: string) => substitute(query, /\{\{\s*arm\s*\}\}/, value);

describe('a value that replaces a placeholder in a PromQL query', () => {
  it('replaces every occurrence', () => {
    expect(fill('a{t="{{ arm }}"} / b{t="{{arm}}"}', 'canary')).toBe('a{t="canary"} / b{t="canary"}');
  });

  it('may stand outside of quotes only if it is a plain word', () => {
    expect(fill('requests_{{ arm }}_total', 'v2')).toBe('requests_v2_total');
    expect(() => fill('requests_{{ arm }}', 'a} or vector(1)')).toThrow(MetricsError);
  });

  it('may stand in backquotes only if it contains none', () => {
    expect(fill('a{t=~`{{ arm }}\\d`}', 'v\\d')).toBe('a{t=~`v\\d\\d`}');
    expect(() => fill('a{t=`{{ arm }}`}', 'a`} or b{c=`')).toThrow(MetricsError);
  });

  it('is escaped after an escaped quote, which does not end the string', () => {
    expect(fill('a{t="\\"{{ arm }}"}', 'x"y')).toBe('a{t="\\"x\\u0022y"}');
    expect(fill("a{t='\"{{ arm }}'}", "x'y")).toBe("a{t='\"x\\u0027y'}");
  });

  it('never leaves its string, whatever it contains', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('"', "'", '`', '\\', '\n', '}', '{', ' ', 'a', ')') }), (value) => {
        for (const [before, after] of [
          ['up{track="', '"}'],
          ["up{track='", "'}"],
        ] as const) {
          const kinds = tokenize(`${before}{{ arm }}${after}`).map(({ kind }) => kind);
          expect(tokenize(fill(`${before}{{ arm }}${after}`, value)).map(({ kind }) => kind)).toStrictEqual(kinds);
        }
      }),
      { seed: 13 },
    );
  });

  it.each([
    ['a comment with a double quote', 'up # the "new" one, and "\n{track="{{ arm }}"}'],
    ['a comment with a single quote', 'up # it\'s new\n{track="{{ arm }}"}'],
    ['a comment with a backquote', 'up # a ` b\n{track="{{ arm }}"}'],
    ['a comment that a carriage return ends', 'up # a ` b\r{track="{{ arm }}"}'],
    ['a comment after a string', 'up{a="#"} # ` "\n+ up{track="{{ arm }}"}'],
    ['a backquoted string with quotes', 'up{a=`"\'#`,track="{{ arm }}"}'],
    ['a string with the other quotes', `up{a="'\`#",track='{{ arm }}'}`],
    ['a string that ends with an escaped backslash', 'up{a="\\\\",track="{{ arm }}"}'],
    ['a string over the lines of a backquoted one', 'up{a=`x\ny`,track="{{ arm }}"}'],
  ])('is escaped in its string after %s', (_, query) => {
    const value = '"} or vector(1) # ` \' \\';
    const [before = '', after = ''] = query.split('{{ arm }}');
    const filled = fill(query, value);
    expect(filled).toBe(`${before}\\u0022} or vector(1) # \\u0060 \\u0027 \\u005c${after}`);
    expect(tokenize(filled.replaceAll('\r', '\n')).map(({ kind }) => kind)).toStrictEqual(
      tokenize(query.replaceAll('\r', '\n')).map(({ kind }) => kind),
    );
  });

  it('may stand in a comment only if it has no line break', () => {
    expect(fill('up # of {{ arm }} "\n', '`a"b\'')).toBe('up # of `a"b\' "\n');
    for (const value of ['x\nor vector(1)', 'x\ror vector(1)', 'x\u2028y', 'x\u0000y'])
      expect(() => fill('up # {{ arm }}\n', value)).toThrow(/in a comment/);
  });

  it.each(['or', 'unless', 'BY', 'offset', 'bool', 'sum'])('may not be the operator %s outside of quotes', (value) => {
    expect(() => fill('a {{ arm }} b', value)).toThrow(/outside of quotes/);
    expect(fill('requests_{{ arm }}_total', value)).toBe(`requests_${value}_total`);
  });

  it.each([
    ['a string without an end', 'up{track="{{ arm }}}', /has no end/],
    ['a string that a line break ends', 'up{track="a\n{{ arm }}"}', /has no end/],
    ['a backquoted string without an end', 'up{track=`{{ arm }}', /has no end/],
    ['a string whose last quote is escaped', 'up{track="{{ arm }}\\"', /has no end/],
    ['a backslash before the placeholder', 'up{track="\\{{ arm }}"}', /in double quotes/],
    ['a backslash outside of quotes', 'up\\" {track="{{ arm }}"}', /backslash/],
  ])('is refused in a query with %s, which servers read differently', (_, query, message) =>
    expect(() => fill(query, 'canary')).toThrow(message),
  );

  it('never leaves its place, whatever the query and the value contain', () => {
    const pieces = fc.constantFrom('"', "'", '`', '#', '\n', '\\', 'a', '{', '}', ' ', '{{ arm }}');
    fc.assert(
      fc.property(
        fc.string({ unit: pieces, maxLength: 24 }),
        fc.string({ unit: pieces, maxLength: 6 }),
        (query, value) => {
          const kindsOf = (text: string) => queryParts(text).map(({ kind }) => kind);
          const plain = query.replaceAll('{{ arm }}', 'x');
          const attempt = () => fill(query, value);
          try {
            attempt();
          } catch (thrown) {
            expect(thrown).toBeInstanceOf(MetricsError);
            return;
          }
          expect(kindsOf(attempt())).toStrictEqual(kindsOf(plain));
        },
      ),
      { seed: 13, numRuns: 2000 },
    );
  });

  it('is put in in linear time', () => {
    for (const piece of ['a{{ arm }}', '"a"', '`', '#', '\\', '"\\', "''"])
      expectLinearTime((size) => {
        try {
          fill(`{{ arm }}${piece.repeat(size)}`, 'x');
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(MetricsError);
        }
      }, 6_000);
  });
});
