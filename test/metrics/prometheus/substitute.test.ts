import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ActionError } from '../../../src/core/error.ts';
import { fillPlaceholder, hasPlaceholder } from '../../../src/metrics/prometheus/substitute.ts';
import { tokenize } from '../../fakes/prometheus/lexer.ts';

/** As the Prometheus provider quotes. */
const quote = (text: string) =>
  text.replace(/["'`\\\n\r]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
const fill = (query: string, value: string) => fillPlaceholder(query, value, quote);

describe('{{ arm }}', () => {
  it('stands for the value, as often as it is written', () => {
    expect(fill('a{t="{{ arm }}"} / b{t="{{arm}}"}', 'canary')).toBe('a{t="canary"} / b{t="canary"}');
    expect(hasPlaceholder('a{t="{{  arm }}"}') && !hasPlaceholder('a{t="{arm}"}')).toBeTruthy();
  });

  it('may stand bare for a plain word', () => {
    expect(fill('requests_{{ arm }}_total', 'v2')).toBe('requests_v2_total');
    expect(() => fill('requests_{{ arm }}', 'a} or vector(1)')).toThrow(ActionError);
  });

  it('may stand between backquotes where the value has none', () => {
    expect(fill('a{t=~`{{ arm }}\\d`}', 'v\\d')).toBe('a{t=~`v\\d\\d`}');
    expect(() => fill('a{t=`{{ arm }}`}', 'a`} or b{c=`')).toThrow(ActionError);
  });

  it('knows where a string ends: an escaped quote does not end it', () => {
    expect(fill('a{t="\\"{{ arm }}"}', 'x"y')).toBe('a{t="\\"x\\u0022y"}');
    expect(fill("a{t='\"{{ arm }}'}", "x'y")).toBe("a{t='\"x\\u0027y'}");
  });

  it('never lets a value out of its string, whatever it holds', () => {
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
