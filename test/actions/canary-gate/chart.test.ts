import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { chart } from '../../../src/actions/canary-gate/chart.ts';
import { digits, formatChange, formatValue } from '../../../src/actions/canary-gate/format.ts';
import type { Look, Sample } from '../../../src/actions/canary-gate/samples.ts';
import { metric } from './metric.ts';

const sample = (value: number | undefined): Sample =>
  value === undefined ? { kind: 'no-data', reason: 'empty' } : { kind: 'value', value };

function looks(baseline: readonly (number | undefined)[], canary: readonly (number | undefined)[]): Look[] {
  return canary.map((value, index) => ({
    time: (index + 1) * 30_000,
    samples: new Map([['latency', { baseline: sample(baseline[index]), canary: sample(value) }]]),
  }));
}

/** The lines of a chart, each checked against what Mermaid's xychart grammar takes. */
function parsed(markdown: string | undefined) {
  assert.ok(markdown !== undefined);
  const lines = markdown.split('\n').map((line) => line.trim());
  const number = '-?\\d+(?:\\.\\d+)?';
  assert.equal(lines[0], '```mermaid');
  assert.match(lines[1] ?? '', /^%%\{init: \{.*\}\}%%$/);
  assert.equal(lines[2], 'xychart-beta');
  assert.match(lines[3] ?? '', /^title "[^"]+"$/);
  assert.match(lines[4] ?? '', new RegExp(`^x-axis "minutes" 0 --> ${number}$`));
  const axis = new RegExp(`^y-axis "[^"]+" (${number}) --> (${number})$`).exec(lines[5] ?? '');
  assert.ok(axis && Number(axis[1]) < Number(axis[2]), lines[5]);
  const series = lines.slice(6, -1);
  for (const line of series) assert.match(line, new RegExp(`^line \\[${number}(, ${number})*\\]$`));
  return {
    title: lines[3] ?? '',
    axis: lines[5] ?? '',
    series: series.map((line) => line.slice(6, -1).split(', ').map(Number)),
  };
}

describe('chart', () => {
  it('draws both arms', () => {
    const { series, title } = parsed(chart(metric({ unit: 'ms' }), looks([1, 2, 3], [4, 5, 6]), 0));
    assert.deepEqual(series, [
      [1, 2, 3],
      [4, 5, 6],
    ]);
    assert.match(title, /latency \(grey: baseline, yellow: canary\)/);
  });

  it('bridges gaps and leaves out an arm without samples', () => {
    const { series } = parsed(chart(metric(), looks([], [undefined, 2, undefined, 4, undefined]), 0));
    assert.deepEqual(series, [[2, 2, 3, 4, 4]]);
    assert.equal(chart(metric(), looks([], [undefined, undefined]), 0), undefined);
    assert.equal(chart(metric(), looks([1], [1]), 0), undefined, 'one look is no line');
  });

  it('draws at most fifty points', () => {
    const values = Array.from({ length: 333 }, (_, index) => index);
    const { series } = parsed(chart(metric(), looks(values, values), 0));
    assert.equal(series[0]?.length, 50);
    assert.ok((series[0]?.[0] ?? 0) < (series[0]?.[49] ?? 0));
  });

  it('writes no exponents: tiny and huge values are scaled, and the axis says so', () => {
    const tiny = parsed(chart(metric(), looks([2e-9, 3e-9], [2e-9, 4e-9]), 0));
    assert.deepEqual(tiny.series[1], [2, 4]);
    assert.match(tiny.axis, /× 10\^-9/);
    assert.match(parsed(chart(metric(), looks([2e12, 3e12], [2e12, 4e12]), 0)).axis, /× 10\^12/);
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
    it(`${value} is written ${written}`, () => assert.equal(digits(value), written));

  it('have their unit, and ratios are percentages', () => {
    assert.equal(formatValue(182, 'ms'), '182 ms');
    assert.equal(formatValue(0.0062, 'ratio'), '0.62 %');
    assert.equal(formatChange(0.0051, 'ratio'), '+0.51 pp');
    assert.equal(formatChange(-6, ''), '−6');
  });
});
