import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatChange, formatNumber, formatValue } from '../../../../src/actions/canary-gate/metric/format.ts';
import { chart } from '../../../../src/actions/canary-gate/report/chart.ts';
import type { Sample, SampleRound } from '../../../../src/actions/canary-gate/sampling/samples.ts';
import { expectWithNote, invariant } from '../../../jest-support.ts';
import { metric } from '../metric.ts';

const sample = (value: number | undefined): Sample =>
  value === undefined ? { kind: 'no-data', reason: 'empty' } : { kind: 'value', value };

function looks(baseline: readonly (number | undefined)[], canary: readonly (number | undefined)[]): SampleRound[] {
  return canary.map((value, index) => ({
    time: (index + 1) * 30_000,
    samples: new Map([['latency', { baseline: sample(baseline[index]), canary: sample(value) }]]),
  }));
}

/** The lines of a chart, each checked against what Mermaid's xychart grammar takes. */
function parsed(markdown: string | undefined) {
  invariant(markdown !== undefined);
  const lines = markdown.split('\n').map((line) => line.trim());
  const number = '-?\\d+(?:\\.\\d+)?';
  expect(lines[0]).toBe('```mermaid');
  expect(lines[1] ?? '').toMatch(/^%%\{init: \{.*\}\}%%$/);
  expect(lines[2]).toBe('xychart-beta');
  expect(lines[3] ?? '').toMatch(/^title "[^"]+"$/);
  expect(lines[4] ?? '').toMatch(new RegExp(`^x-axis "minutes" 0 --> ${number}$`));
  const axis = new RegExp(`^y-axis "[^"]+" (${number}) --> (${number})$`).exec(lines[5] ?? '');
  invariant(axis && Number(axis[1]) < Number(axis[2]), lines[5]);
  const series = lines.slice(6, -1);
  for (const line of series) expect(line).toMatch(new RegExp(`^line \\[${number}(, ${number})*\\]$`));
  return {
    title: lines[3] ?? '',
    axis: lines[5] ?? '',
    series: series.map((line) => line.slice(6, -1).split(', ').map(Number)),
  };
}

describe('chart', () => {
  it('draws both arms', () => {
    const { series, title } = parsed(chart(metric({ unit: 'ms' }), looks([1, 2, 3], [4, 5, 6]), 0));
    expect(series).toStrictEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(title).toMatch(/latency \(grey: baseline, yellow: canary\)/);
  });

  it('bridges gaps and leaves out an arm without samples', () => {
    const { series } = parsed(chart(metric(), looks([], [undefined, 2, undefined, 4, undefined]), 0));
    expect(series).toStrictEqual([[2, 2, 3, 4, 4]]);
    expect(chart(metric(), looks([], [undefined, undefined]), 0)).toBeUndefined();
    expectWithNote(chart(metric(), looks([1], [1]), 0), 'one look is no line').toBeUndefined();
  });

  it('draws at most fifty points', () => {
    const values = Array.from({ length: 333 }, (_, index) => index);
    const { series } = parsed(chart(metric(), looks(values, values), 0));
    expect(series[0]?.length).toBe(50);
    expect(series[0]?.[0] ?? 0).toBeLessThan(series[0]?.[49] ?? 0);
  });

  it('writes no exponents: tiny and huge values are scaled, and the axis says so', () => {
    const tiny = parsed(chart(metric(), looks([2e-9, 3e-9], [2e-9, 4e-9]), 0));
    expect(tiny.series[1]).toStrictEqual([2, 4]);
    expect(tiny.axis).toMatch(/× 10\^-9/);
    expect(parsed(chart(metric(), looks([2e12, 3e12], [2e12, 4e12]), 0)).axis).toMatch(/× 10\^12/);
  });

  it('is valid whatever the values and the name are', () => {
    const value = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }), {
      nil: undefined,
    });
    const values = fc.array(value, { minLength: 2, maxLength: 80 });
    fc.assert(
      fc.property(values, values, fc.string({ unit: 'binary' }), (baseline, canary, name) => {
        const rows = looks(baseline, canary).map(({ time, samples }) => ({
          time,
          samples: new Map([[`x${name}`, samples.get('latency') ?? { canary: sample(undefined) }]]),
        }));
        const drawn = chart(metric({ name: `x${name}`, unit: name }), rows, 0);
        if (drawn !== undefined) parsed(drawn);
      }),
      { seed: 19 },
    );
  });
});

describe('numbers', () => {
  for (const [value, written] of [
    [0, '0'],
    [182.34, '182'],
    [1.2345, '1.23'],
    [0.012345, '0.0123'],
    [37210, '37,210'],
    [-4.5, '−4.5'],
    [0.000012, '1.20e−5'],
    [1.5e12, '1.50e+12'],
    [Number.NaN, '–'],
  ] as const)
    it(`${value} is written ${written}`, () => expect(formatNumber(value)).toBe(written));

  it('have their unit, and ratios are percentages', () => {
    expect(formatValue(182, 'ms')).toBe('182 ms');
    expect(formatValue(0.0062, 'ratio')).toBe('0.62 %');
    expect(formatChange(0.0051, 'ratio')).toBe('+0.51 pp');
    expect(formatChange(-6, '')).toBe('−6');
  });
});
