import { accessSync, appendFileSync, constants } from 'node:fs';
import { recordFile } from '../core/delivery-record.ts';
import { ActionError } from '../core/error.ts';
import type { Env } from '../core/inputs.ts';
import type { Runner } from '../core/runner.ts';
import { describeFsError } from '../files/fs-error.ts';

/** What a step leaves behind for the runner and for later steps; no secret is in it. */
export interface StepResults {
  readonly outputs: ReadonlyMap<string, string>;
  /** Markdown; empty for none. */
  readonly summary: string;
  /** A line of JSON. */
  readonly record: string;
}

/**
 * Writes each part into the file that the runner names for it. A part without a file is left out, as there is no runner:
 * `@actions/core` would print the outputs as commands.
 * Answers an error `runner-file-not-writable` for each part that could not be written: a later step would miss it.
 */
export async function writeRunnerFiles(
  { outputs, summary, record }: StepResults,
  env: Env,
  runner: Runner,
): Promise<ActionError[]> {
  const { GITHUB_OUTPUT: outputFile, GITHUB_STEP_SUMMARY: summaryFile } = env;
  const attempts = [
    await attempt('outputs', 'GITHUB_OUTPUT', outputFile, (file) => {
      demandWritable(file);
      for (const [name, value] of outputs) runner.setOutput(name, value);
    }),
    await attempt('the summary', 'GITHUB_STEP_SUMMARY', summary === '' ? '' : summaryFile, (file) => {
      demandWritable(file);
      return runner.appendSummary(`${summary}\n\n`);
    }),
    await attempt('the delivery record', 'RUNNER_TEMP', recordFile(env), (file) => appendFileSync(file, `${record}\n`)),
  ];
  return attempts.flatMap((failed) => failed ?? []);
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
      message: `The runner’s file for ${part} (${variable}), ${file}, can’t be written: ${describeFsError(thrown)}.`,
      remedy: `Later steps don’t learn what was done: let ${variable} name what the user of the job may write, and run again.`,
      cause: thrown,
    });
  }
}

/** `@actions/core` calls a file missing, or names its rights, whatever is wrong with it; the operating system says what it is. */
function demandWritable(file: string): void {
  accessSync(file, constants.W_OK);
}
