import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { chart } from '../../../../src/actions/canary-gate/report/chart.ts';
import type { Sample, SampleRound } from '../../../../src/actions/canary-gate/samples/samples.ts';
import { expectWithNote, invariant } from '../../../jest-support.ts';
import { metric } from '../metric.ts';

const sample = (value: number | undefined): Sample =>
  value === undefined ? { kind: 'no-data', reason: 'empty' } : { kind: 'value', value };

function rounds(baseline: readonly (number | undefined)[], canary: readonly (number | undefined)[]): SampleRound[] {
  return canary.map((value, index) => ({
    time: (index + 1) * 30_000,
    samples: new Map([['latency', { baseline: sample(baseline[index]), canary: sample(value) }]]),
  }));
}

/** Parses a chart, and checks each line against Mermaid's grammar of xychart. */
function parseChart(markdown: string | undefined) {
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
  it('has a line for each arm', () => {
    const { series, title } = parseChart(chart(metric({ unit: 'ms' }), rounds([1, 2, 3], [4, 5, 6]), 0));
    expect(series).toStrictEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(title).toMatch(/latency \(gray: baseline, yellow: canary\)/);
  });

  it('interpolates missing samples, and has no line for an arm without samples', () => {
    const { series } = parseChart(chart(metric(), rounds([], [undefined, 2, undefined, 4, undefined]), 0));
    expect(series).toStrictEqual([[2, 2, 3, 4, 4]]);
    expect(chart(metric(), rounds([], [undefined, undefined]), 0)).toBeUndefined();
    expectWithNote(chart(metric(), rounds([1], [1]), 0), 'one round is no line').toBeUndefined();
  });

  it('has at most fifty points', () => {
    const values = Array.from({ length: 333 }, (_, index) => index);
    const { series } = parseChart(chart(metric(), rounds(values, values), 0));
    expect(series[0]?.length).toBe(50);
    expect(series[0]?.[0] ?? 0).toBeLessThan(series[0]?.[49] ?? 0);
  });

  it('scales very small and very large values instead of using exponents, and the axis names the scale', () => {
    const tiny = parseChart(chart(metric(), rounds([2e-9, 3e-9], [2e-9, 4e-9]), 0));
    expect(tiny.series[1]).toStrictEqual([2, 4]);
    expect(tiny.axis).toMatch(/× 10\^-9/);
    expect(parseChart(chart(metric(), rounds([2e12, 3e12], [2e12, 4e12]), 0)).axis).toMatch(/× 10\^12/);
  });

  it('is valid Mermaid for any values and any name', () => {
    const value = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }), {
      nil: undefined,
    });
    const values = fc.array(value, { minLength: 2, maxLength: 80 });
    fc.assert(
      fc.property(values, values, fc.string({ unit: 'binary' }), (baseline, canary, name) => {
        const renamed = rounds(baseline, canary).map(({ time, samples }) => ({
          time,
          samples: new Map([[`x${name}`, samples.get('latency') ?? { canary: sample(undefined) }]]),
        }));
        const markdown = chart(metric({ name: `x${name}`, unit: name }), renamed, 0);
        if (markdown !== undefined) parseChart(markdown);
      }),
      { seed: 19 },
    );
  });
});
