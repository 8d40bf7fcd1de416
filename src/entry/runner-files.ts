import { accessSync, constants } from 'node:fs';
import { recordFile } from '../core/delivery-record.ts';
import { ActionError } from '../core/error.ts';
import type { Env } from '../core/inputs.ts';
import type { Runner } from '../core/runner.ts';
import { appendToFile } from '../files/append.ts';
import { describeFsError } from '../files/fs-error.ts';

/** The results of a step for the runner and for later steps, without secrets. */
export interface StepResults {
  readonly outputs: ReadonlyMap<string, string>;
  /** Markdown; may be empty. */
  readonly summary: string;
  /** One line of JSON. */
  readonly record: string;
}

/**
 * Writes each result to the file that the runner provides for it. A result without a file is skipped, because then there is no runner:
 * `@actions/core` would print the outputs as workflow commands.
 * Returns an error `runner-file-not-writable` for each result that couldn't be written, because a later step would miss it.
 */
export async function writeRunnerFiles(
  { outputs, summary, record }: StepResults,
  env: Env,
  runner: Runner,
): Promise<ActionError[]> {
  const { GITHUB_OUTPUT: outputFile, GITHUB_STEP_SUMMARY: summaryFile } = env;
  const attempts = [
    await attempt('outputs', 'GITHUB_OUTPUT', outputFile, (file) => {
      requireWritable(file);
      for (const [name, value] of outputs) runner.setOutput(name, value);
    }),
    await attempt('the summary', 'GITHUB_STEP_SUMMARY', summary === '' ? '' : summaryFile, (file) => {
      requireWritable(file);
      return runner.appendSummary(`${summary}\n\n`);
    }),
    await attempt('the delivery record', 'RUNNER_TEMP', recordFile(env), (file) => appendToFile(file, `${record}\n`)),
  ];
  return attempts.flatMap((error) => error ?? []);
}

async function attempt(
  part: string,
  variable: string,
  file: string | undefined,
  write: (file: string) => void | Promise<void>,
): Promise<ActionError | undefined> {
  if (!file) return undefined;
  try {
    await write(file);
    return undefined;
  } catch (thrown) {
    return new ActionError({
      code: 'runner-file-not-writable',
      message: `The runner's file for ${part}, ${file} (${variable}), can't be written: ${describeFsError(thrown)}.`,
      remedy: `Later steps won't get the results of this one. Set ${variable} to a path that the job's user can write to, and run again.`,
      cause: thrown,
    });
  }
}

/** `@actions/core` hides the real reason why a file can't be written; this check throws the error of the operating system. */
function requireWritable(file: string): void {
  accessSync(file, constants.W_OK);
}
