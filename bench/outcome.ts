import { table } from '../src/core/markdown.ts';

/** One measurement, and whether it meets its target if it has one. */
export interface Row {
  readonly subject: string;
  readonly measured: string;
  readonly ratio: string;
  readonly target: string;
  readonly met: boolean | undefined;
}

export interface Outcome {
  readonly title: string;
  readonly rows: readonly Row[];
  /** What wasn't measured, and why. */
  readonly notes: readonly string[];
}

export function render({ title, rows, notes }: Outcome): string {
  const cells = rows.map(({ subject, measured, ratio, target, met }) => [
    subject,
    measured,
    ratio,
    target,
    statusOf(met),
  ]);
  const body = table(['what', 'measured', 'ratio', 'target', ''], cells);
  return [`## ${title}`, body, ...notes.map((note) => `- ${note}`)].join('\n\n');
}

function statusOf(met: boolean | undefined): string {
  if (met === undefined) return '';
  return met ? '✓ met' : '✗ missed';
}

export function milliseconds(value: number): string {
  return `${value.toFixed(value < 100 ? 1 : 0)} ms`;
}
