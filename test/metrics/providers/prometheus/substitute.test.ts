import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MetricsError } from '../../../../src/metrics/error.ts';
import { substitute } from '../../../../src/metrics/providers/prometheus/substitute.ts';
import { tokenize } from '../../../fakes/prometheus/lexer.ts';

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
});
