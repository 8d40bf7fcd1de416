import { randomUUID } from 'node:crypto';
import { accessSync, appendFileSync, constants } from 'node:fs';
import type { Env } from '../../src/core/inputs.ts';
import type { Runner } from '../../src/core/runner.ts';
import { writeCommand } from '../runner/commands.ts';

/**
 * A runner for several steps in one process. It reads variables from `env` and passes each line that a step prints to `write`.
 * test/core/runner.test.ts checks that it behaves like the runner of a real process.
 */
export function fakeRunner(env: Env, write: (line: string) => void = () => {}): Runner {
  const append = (variable: string, text: string) => {
    const file = env[variable];
    if (!file) throw new Error(`${variable} names no file`);
    // The real runner has created the file. A file that the step created would never be read.
    accessSync(file, constants.R_OK | constants.W_OK);
    appendFileSync(file, text);
  };
  return {
    input: (name) => env[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`] ?? '',
    isDebug: () => env['RUNNER_DEBUG'] === '1',
    mask: (value) => write(writeCommand('add-mask', {}, value)),
    info: write,
    debug: (text) => write(writeCommand('debug', {}, text)),
    annotate: (level, text, place) => write(writeCommand(level, { ...place, line: place.line?.toString() }, text)),
    startGroup: (title) => write(writeCommand('group', {}, title)),
    endGroup: () => write(writeCommand('endgroup', {}, '')),
    setOutput(name, value) {
      const delimiter = `ghadelimiter_${randomUUID()}`;
      append('GITHUB_OUTPUT', `${name}<<${delimiter}\n${value}\n${delimiter}\n`);
    },
    appendSummary: async (markdown) => append('GITHUB_STEP_SUMMARY', markdown),
  };
}
