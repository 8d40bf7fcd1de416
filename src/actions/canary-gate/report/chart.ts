import { codeBlock } from '../../../core/markdown.ts';
import { mean } from '../../../statistics/descriptive.ts';
import { ARMS, type Arm, type Metric } from '../metric/metric.ts';
import type { SampleRound } from '../samples/samples.ts';

/** More points can't be told apart at the width of a job summary. */
const MOST_POINTS = 50;
const COLORS = { baseline: '#8c959f', canary: '#d4a72c' } as const;

/** A Mermaid `xychart-beta` of both arms over time, or `undefined` if there are fewer than two points. */
export function chart(metric: Metric, rounds: readonly SampleRound[], startedAt: number): string | undefined {
  const arms = ARMS.flatMap((arm) => {
    const points = condense(
      rounds.map((round) => {
        const sample = round.samples.get(metric.name)?.[arm];
        return sample?.kind === 'value' ? sample.value : undefined;
      }),
    );
    return points ? [{ arm, points }] : [];
  });
  const last = rounds.at(-1);
  if (arms.length === 0 || !last || rounds.length < 2) return undefined;
  const values = arms.flatMap(({ points }) => points);
  const scale = scaleFor(values);
  const scaled = (value: number) => decimal(value * scale.factor);
  const [low, high] = axisBounds(values.map((value) => value * scale.factor));
  const minutes = (last.time - startedAt) / 60_000;
  const palette = arms.map(({ arm }) => COLORS[arm]).join(', ');
  return codeBlock(
    [
      `%%{init: {"themeVariables": {"xyChart": {"plotColorPalette": "${palette}"}}}}%%`,
      'xychart-beta',
      `    title "${label(`${metric.name} (${legendFor(arms.map(({ arm }) => arm))})`)}"`,
      `    x-axis "minutes" 0 --> ${decimal(Math.max(minutes, 0.01))}`,
      `    y-axis "${label(`${metric.unit || 'value'}${scale.note}`)}" ${decimal(low)} --> ${decimal(high)}`,
      ...arms.map(({ points }) => `    line [${points.map(scaled).join(', ')}]`),
    ].join('\n'),
    'mermaid',
  );
}

function legendFor(arms: readonly Arm[]): string {
  return arms.length === 1 ? `${arms[0]} only` : 'gray: baseline, yellow: canary';
}

/** At most MOST_POINTS points, each the mean of a chunk of samples. Gaps are interpolated, because a line in Mermaid can't have any. */
function condense(samples: readonly (number | undefined)[]): number[] | undefined {
  const count = Math.min(MOST_POINTS, samples.length);
  const points = Array.from({ length: count }, (_, index) => {
    const chunk = samples.slice(
      Math.floor((index * samples.length) / count),
      Math.floor(((index + 1) * samples.length) / count),
    );
    const present = chunk.filter((value) => value !== undefined);
    return present.length > 0 ? mean(present) : undefined;
  });
  const known = points.flatMap((value, index) => (value === undefined ? [] : [{ index, value }]));
  const [first, last] = [known[0], known.at(-1)];
  if (!first || !last) return undefined;
  return points.map((value, index) => {
    if (value !== undefined) return value;
    const before = known.findLast((each) => each.index < index) ?? first;
    const after = known.find((each) => each.index > index) ?? last;
    if (before.index >= after.index) return before.value;
    return before.value + ((after.value - before.value) * (index - before.index)) / (after.index - before.index);
  });
}

/** Mermaid can't read exponents, so very small and very large values are scaled by a power of 1000, which the axis names. */
function scaleFor(values: readonly number[]): { factor: number; note: string } {
  const largest = Math.max(...values.map(Math.abs));
  if (largest === 0 || (largest >= 0.01 && largest < 1e7)) return { factor: 1, note: '' };
  const power = 3 * Math.floor(Math.log10(largest) / 3);
  return { factor: 10 ** -power, note: ` × 10^${power}` };
}

function axisBounds(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const padding = (high - low) * 0.1 || Math.abs(high) * 0.1 || 1;
  return [low >= 0 ? Math.max(0, low - padding) : low - padding, high + padding];
}

function decimal(value: number): string {
  return String(Number(value.toFixed(6)));
}

/** Text in Mermaid's double quotes, which allow no escapes. */
function label(text: string): string {
  return text
    .replace(/["\\`%;#<>{}\r\n]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 80);
}
