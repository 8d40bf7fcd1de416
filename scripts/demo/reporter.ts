import { formatDuration } from '../../src/core/duration.ts';
import { table } from '../../src/core/markdown.ts';

const bold = (text: string) => `\u001b[1m${text}\u001b[0m`;

interface StepReport {
  readonly release: string;
  readonly step: string;
  readonly result: string;
  readonly milliseconds: number;
  readonly summary: string;
}

/** Logs the steps while they run, and keeps their results for the summary at the end. */
export class Reporter {
  readonly #write: (line: string) => void;
  readonly #started = performance.now();
  readonly #steps: StepReport[] = [];
  #release = '';

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  startRelease(title: string): void {
    this.#release = title;
    this.#write(`\n${bold(`━━ ${title}`)}`);
  }

  /** Something that a person does, not the pipeline. */
  logHumanAction(text: string): void {
    this.#write(`\n  ☺ ${text}`);
  }

  startStep(step: string): void {
    this.#write(`\n  ${bold(step)}`);
  }

  log(text: string): void {
    this.#write(`    ${text}`);
  }

  finishStep(step: Omit<StepReport, 'release'>): void {
    this.#steps.push({ release: this.#release, ...step });
  }

  /** The steps as a table for the terminal. */
  overview(): string {
    const width = Math.max(...this.#steps.map(({ step }) => step.length));
    const releases = [...new Set(this.#steps.map(({ release }) => release))];
    return releases
      .flatMap((release) => [
        `  ${release}`,
        ...this.#steps
          .filter((each) => each.release === release)
          .map(
            ({ step, result, milliseconds }) =>
              `    ${step.padEnd(width)}  ${formatDuration(milliseconds).padStart(7)}  ${result}`,
          ),
      ])
      .join('\n');
  }

  /** All job summaries as Markdown, as GitHub shows them on the page of a run. */
  markdown(): string {
    const rows = this.#steps.map(({ release, step, result, milliseconds }) => [
      release,
      step,
      result,
      formatDuration(milliseconds),
    ]);
    const summaries = this.#steps.map(
      ({ release, step, summary }) => `## ${release} · ${step}\n\n${summary.trim() || '_no summary_'}`,
    );
    return ['# The demo, step by step', table(['release', 'step', 'result', 'took'], rows), ...summaries].join('\n\n');
  }

  elapsed(): string {
    return formatDuration(performance.now() - this.#started);
  }
}
