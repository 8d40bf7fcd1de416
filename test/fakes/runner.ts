import { randomUUID } from 'node:crypto';
import { accessSync, appendFileSync, constants } from 'node:fs';
import type { Env } from '../../src/core/inputs.ts';
import type { Runner } from '../../src/core/runner.ts';
import { writeCommand } from '../runner/commands.ts';

/**
 * The runner of a step that shares its process with other steps: variables come from `env`, what a step prints goes to `write`, line by
 * line as it would stand on standard output. test/core/runner.test.ts holds it against the one of a real process.
 */
export function fakeRunner(env: Env, write: (line: string) => void = () => {}): Runner {
  const append = (variable: string, text: string) => {
    const file = env[variable];
    if (!file) throw new Error(`${variable} names no file`);
    // The runner has made the file; a step that makes it would write what nobody reads.
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
