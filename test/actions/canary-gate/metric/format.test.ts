import { describe, expect, it } from '@jest/globals';
import { formatChange, formatNumber, formatValue } from '../../../../src/actions/canary-gate/metric/format.ts';

describe('numbers', () => {
  it.each([
    [0, '0'],
    [182.34, '182'],
    [1.2345, '1.23'],
    [0.012345, '0.0123'],
    [37210, '37,210'],
    [-4.5, '−4.5'],
    [0.000012, '1.20e−5'],
    [1.5e12, '1.50e+12'],
    [Number.NaN, '–'],
  ] as const)('have three significant digits: %s is formatted as %s', (value, text) =>
    expect(formatNumber(value)).toBe(text),
  );

  it('have their unit, and ratios are percentages', () => {
    expect(formatValue(182, 'ms')).toBe('182 ms');
    expect(formatValue(0.0062, 'ratio')).toBe('0.62 %');
    expect(formatChange(0.0051, 'ratio')).toBe('+0.51 pp');
    expect(formatChange(-6, '')).toBe('−6');
  });
});
