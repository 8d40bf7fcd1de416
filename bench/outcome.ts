import { table } from '../src/core/markdown.ts';

/** One row of a bench: a figure, and whether it keeps to its target where it has one. */
export interface Row {
  readonly what: string;
  readonly figure: string;
  readonly ratio: string;
  readonly target: string;
  readonly met: boolean | undefined;
}

export interface Outcome {
  readonly title: string;
  readonly rows: readonly Row[];
  /** What could not be measured, and why. */
  readonly notes: readonly string[];
}

export function render({ title, rows, notes }: Outcome): string {
  const cells = rows.map(({ what, figure, ratio, target, met }) => [
    what,
    figure,
    ratio,
    target,
    met === undefined ? '' : met ? '✓ met' : '✗ missed',
  ]);
  const body = table(['what', 'measured', 'ratio', 'target', ''], cells);
  return [`## ${title}`, body, ...notes.map((note) => `- ${note}`)].join('\n\n');
}

export function milliseconds(value: number): string {
  return `${value.toFixed(value < 100 ? 1 : 0)} ms`;
}
