import { formatDuration } from '../../src/core/duration.ts';
import { table } from '../../src/core/markdown.ts';

const bold = (text: string) => `\u001b[1m${text}\u001b[0m`;

interface Told {
  readonly chapter: string;
  readonly step: string;
  readonly result: string;
  readonly milliseconds: number;
  readonly summary: string;
}

/** Tells what happens while it happens, and keeps it for the summary at the end. */
export class Narrator {
  readonly #write: (line: string) => void;
  readonly #started = performance.now();
  readonly #told: Told[] = [];
  #chapter = '';

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  chapter(title: string): void {
    this.#chapter = title;
    this.#write(`\n${bold(`━━ ${title}`)}`);
  }

  /** What people do. */
  person(text: string): void {
    this.#write(`\n  ☺ ${text}`);
  }

  begin(step: string): void {
    this.#write(`\n  ${bold(step)}`);
  }

  line(text: string): void {
    this.#write(`    ${text}`);
  }

  done(told: Omit<Told, 'chapter'>): void {
    this.#told.push({ chapter: this.#chapter, ...told });
  }

  /** The steps in a table for the terminal. */
  overview(): string {
    const width = Math.max(...this.#told.map(({ step }) => step.length));
    const chapters = [...new Set(this.#told.map(({ chapter }) => chapter))];
    return chapters
      .flatMap((chapter) => [
        `  ${chapter}`,
        ...this.#told
          .filter((told) => told.chapter === chapter)
          .map(
            ({ step, result, milliseconds }) =>
              `    ${step.padEnd(width)}  ${formatDuration(milliseconds).padStart(7)}  ${result}`,
          ),
      ])
      .join('\n');
  }

  /** All job summaries, as GitHub would show them on the pages of the runs. */
  markdown(): string {
    const rows = this.#told.map(({ chapter, step, result, milliseconds }) => [
      chapter,
      step,
      result,
      formatDuration(milliseconds),
    ]);
    const summaries = this.#told.map(
      ({ chapter, step, summary }) => `## ${chapter} · ${step}\n\n${summary.trim() || '_no summary_'}`,
    );
    return ['# The demo, step by step', table(['delivery', 'step', 'result', 'took'], rows), ...summaries].join('\n\n');
  }

  elapsed(): string {
    return formatDuration(performance.now() - this.#started);
  }
}
