import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { commandFiles, readKeyValues } from '../runner/command-files.ts';
import { newMachine } from './step.ts';

/** Whatever happens to its log or to one of its files, a step passes on what it can, and its exit code is right. */

const STEP = join(import.meta.dirname, '../entry/greeting-step.ts');

function newStep() {
  const { temp } = newMachine();
  const files = commandFiles(temp);
  return {
    temp,
    files,
    env: {
      PATH: process.env['PATH'],
      RUNNER_TEMP: temp,
      GITHUB_OUTPUT: files.output,
      GITHUB_STEP_SUMMARY: files.summary,
      INPUT_NAME: 'Ada',
      // Node then writes to standard error, too.
      NODE_DEBUG: 'stream',
    },
    outputs: () => readKeyValues(readFileSync(files.output, 'utf8')),
    summary: () => readFileSync(files.summary, 'utf8'),
    record: () => readFileSync(join(temp, 'delivery-records.jsonl'), 'utf8'),
  };
}

describe('the results of a step are complete', () => {
  test.each([
    ['its log is written to a full disk', '> /dev/full'],
    ['its errors are written to a full disk', '2> /dev/full'],
    ['both are written to a full disk', '> /dev/full 2> /dev/full'],
    ['it has no standard output', '>&-'],
    ['it has neither output nor errors', '>&- 2>&-'],
    ['nobody reads its log', '| true'],
    ['nobody reads its errors', '2> >(true)'],
  ])('if %s', (_, redirection) => {
    const { env, outputs, summary, record } = newStep();
    const { status } = spawnSync(
      'bash',
      ['-c', `set -o pipefail; "$0" "$1" < /dev/null ${redirection}`, process.execPath, STEP],
      { env },
    );
    expect(status).toBe(0);
    expect(outputs()).toMatchObject({ status: 'success', greeting: 'Hello Ada', summary: '### Hello Ada' });
    expect(summary()).toBe('### Hello Ada\n\n');
    expect(record()).toBe(`${outputs()['record']}\n`);
  });

  test('if the readers of its log and its errors leave while it runs', async () => {
    const { env, outputs, record } = newStep();
    const step = spawn(process.execPath, [STEP], { env, stdio: 'pipe' });
    await once(step.stdout, 'data');
    for (const stream of [step.stdout, step.stderr]) stream.destroy();
    step.stdin.end();
    const [status] = await once(step, 'close');
    expect([status, outputs()['greeting'], record()]).toStrictEqual([0, 'Hello Ada', `${outputs()['record']}\n`]);
  });
});

describe('a result that cannot be written costs no other one, and fails the step with the reason', () => {
  const spoil: Readonly<Record<string, readonly [reason: string, act: (step: ReturnType<typeof newStep>) => object]>> =
    {
      'a full disk for the outputs': ['GITHUB_OUTPUT.*the disk is full', () => ({ GITHUB_OUTPUT: '/dev/full' })],
      'a full disk for the summary': [
        'GITHUB_STEP_SUMMARY.*the disk is full',
        () => ({ GITHUB_STEP_SUMMARY: '/dev/full' }),
      ],
      'a folder for the outputs': ['GITHUB_OUTPUT.*it is a folder', ({ temp }) => ({ GITHUB_OUTPUT: temp })],
      'no folder for the summary': [
        'GITHUB_STEP_SUMMARY.*no such file or folder',
        () => ({ GITHUB_STEP_SUMMARY: '/nonexistent/summary' }),
      ],
      'a pipe in place of the records': [
        'RUNNER_TEMP.*not a file',
        ({ temp }) => {
          spawnSync('mkfifo', [join(temp, 'delivery-records.jsonl')]);
          return {};
        },
      ],
      'a folder in place of the records': [
        'RUNNER_TEMP.*it is a folder',
        ({ temp }) => {
          mkdirSync(join(temp, 'delivery-records.jsonl'));
          return {};
        },
      ],
      'a link in place of the records': [
        'RUNNER_TEMP.*symbolic link',
        ({ temp }) => {
          writeFileSync(join(temp, 'other'), 'kept');
          symlinkSync('other', join(temp, 'delivery-records.jsonl'));
          return {};
        },
      ],
      'no folder for the records': ['RUNNER_TEMP.*no such file or folder', () => ({ RUNNER_TEMP: '/nonexistent' })],
    };

  test.each(Object.entries(spoil))('%s', (_, [reason, act]) => {
    const step = newStep();
    const env = { ...step.env, ...act(step) };
    const { status, stdout } = spawnSync(process.execPath, [STEP], {
      env,
      input: '',
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect(status).toBe(1);
    expect(stdout).toMatch(new RegExp(`::error title=greet%3A runner-file-not-writable::.*${reason}`));
    if (env.GITHUB_OUTPUT === step.files.output) expect(step.outputs()['greeting']).toBe('Hello Ada');
    if (env.GITHUB_STEP_SUMMARY === step.files.summary) expect(step.summary()).toBe('### Hello Ada\n\n');
    if (existsSync(join(step.temp, 'other'))) expect(readFileSync(join(step.temp, 'other'), 'utf8')).toBe('kept');
  });
});
