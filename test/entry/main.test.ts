import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { commandFiles, readKeyValues } from '../runner/command-files.ts';

/** An action in a real process. */

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'step-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Starts a step, and waits for its first line. The step waits until its standard input ends. */
async function startStep(inputs: Readonly<Record<string, string>>) {
  const files = commandFiles(folder);
  const step = spawn(process.execPath, [join(import.meta.dirname, 'greeting-step.ts')], {
    env: { ...inputs, RUNNER_TEMP: folder, GITHUB_OUTPUT: files.output, GITHUB_STEP_SUMMARY: files.summary },
    stdio: 'pipe',
  });
  let printed = '';
  step.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  await once(step.stdout, 'data');
  return {
    step,
    async ended() {
      const exitCode = await exitOf(step);
      return {
        exitCode,
        printed,
        outputs: readKeyValues(readFileSync(files.output, 'utf8')),
        summary: readFileSync(files.summary, 'utf8'),
        records: readFileSync(join(folder, 'delivery-records.jsonl'), 'utf8'),
      };
    },
  };
}

async function exitOf(step: ChildProcess): Promise<unknown> {
  const [exitCode] = await once(step, 'close');
  return exitCode;
}

test('a step reads its inputs from the environment, and writes its outputs, summary and record to files', async () => {
  const { step, ended } = await startStep({ INPUT_NAME: ' Ada\n', INPUT_TOKEN: 's3cret' });
  step.stdin.end();
  const { exitCode, printed, outputs, summary, records } = await ended();
  expect(exitCode).toBe(0);
  expect(printed).toBe(
    ['::add-mask::s3cret', '::add-mask::czNjcmV0', 'waiting to greet Ada', 'Hello Ada', ''].join('\n'),
  );
  expect(outputs).toMatchObject({ status: 'success', greeting: 'Hello Ada', summary: '### Hello Ada' });
  expect(summary).toBe('### Hello Ada\n\n');
  expect(records).toBe(`${outputs['record']}\n`);
});

test('a step whose log nobody reads still writes its outputs', async () => {
  const { step, ended } = await startStep({ INPUT_NAME: 'Ada' });
  step.stdout.destroy();
  await once(step.stdout, 'close');
  step.stdin.end();
  const { exitCode, outputs, summary, records } = await ended();
  expect(exitCode).toBe(0);
  expect(outputs).toMatchObject({ status: 'success', greeting: 'Hello Ada' });
  expect(summary).toBe('### Hello Ada\n\n');
  expect(records).toBe(`${outputs['record']}\n`);
});

test('a step that is cancelled by a signal reports the status cancelled', async () => {
  const { step, ended } = await startStep({ INPUT_NAME: 'Ada' });
  step.kill('SIGINT');
  const { exitCode, printed, outputs } = await ended();
  expect(exitCode).toBe(1);
  expect(printed).toContain('::error title=greet%3A cancelled::The job was cancelled (SIGINT).');
  expect(outputs).toMatchObject({ status: 'cancelled', greeting: '' });
});

test('an unknown input fails the step', async () => {
  const { ended } = await startStep({ INPUT_NAME: 'Ada', INPUT_NAMES: 'Ada' });
  const { exitCode, printed } = await ended();
  expect(exitCode).toBe(1);
  expect(printed).toContain('::error title=greet%3A input-unknown::greet has no input `names`.');
});
