import { appendFileSync } from 'node:fs';
import { appendKeyValue } from '../action/commands.ts';
import { ActionError } from '../action/error.ts';
import type { Env } from '../action/inputs.ts';
import { recordFile } from '../action/record.ts';
import { troubleOf } from '../files/trouble.ts';

/** What a step leaves behind for the runner and for later steps; no secret is in it. */
export interface Leavings {
  readonly outputs: ReadonlyMap<string, string>;
  /** Markdown; empty for none. */
  readonly summary: string;
  /** A line of JSON. */
  readonly record: string;
}

/**
 * Writes each part into the file that the runner names for it; a part without a file is left out (there is no runner).
 * Answers an error `runner-file-not-writable` for each part that could not be written: a later step would miss it.
 */
export function leaveBehind({ outputs, summary, record }: Leavings, env: Env): ActionError[] {
  const { GITHUB_OUTPUT: outputFile, GITHUB_STEP_SUMMARY: summaryFile } = env;
  return [
    attempt('outputs', 'GITHUB_OUTPUT', outputFile, (file) => {
      for (const [name, value] of outputs) appendKeyValue(file, name, value);
    }),
    attempt('the summary', 'GITHUB_STEP_SUMMARY', summary === '' ? '' : summaryFile, (file) =>
      appendFileSync(file, `${summary}\n\n`),
    ),
    attempt('the delivery record', 'RUNNER_TEMP', recordFile(env), (file) => appendFileSync(file, `${record}\n`)),
  ].flatMap((failed) => failed ?? []);
}

function attempt(
  part: string,
  variable: string,
  file: string | undefined,
  write: (file: string) => void,
): ActionError | undefined {
  if (!file) return undefined;
  try {
    write(file);
    return undefined;
  } catch (thrown) {
    return new ActionError({
      code: 'runner-file-not-writable',
      message: `The runner’s file for ${part} (${variable}), ${file}, can’t be written: ${troubleOf(thrown)}.`,
      remedy: `Later steps don’t learn what was done: let ${variable} name what the user of the job may write, and run again.`,
      cause: thrown,
    });
  }
}
