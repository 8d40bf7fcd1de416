import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { backoffDelay } from '../../src/core/backoff.ts';
import { systemClock } from '../../src/core/clock.ts';
import { defaulted, defineContract, optional, required } from '../../src/core/contract.ts';
import { ActionError } from '../../src/core/error.ts';
import { duration, list, text } from '../../src/core/input-types.ts';
import type { Run } from '../../src/entry/context.ts';
import { runAction } from '../../src/entry/run-action.ts';
import { fakeRunner } from '../fakes/runner.ts';
import { expectWithNote, fail } from '../jest-support.ts';

const contract = defineContract({
  name: 'greet',
  description: 'Greets people.',
  branding: { icon: 'sun', color: 'blue' },
  inputs: {
    'first-name': required(text, { description: 'Who.', example: 'Ada' }),
    timeout: defaulted(duration, '10m', { description: 'How long.', example: '90s' }),
    titles: optional(list(text), { description: 'Titles.', example: 'Dr' }),
    token: optional(text, { description: 'A secret.', example: 't0ken', secret: true }),
  },
  outputs: { greeting: { description: 'What was said.' }, 'said-at': { description: 'When.' } },
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'main-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function runWith(
  env: Record<string, string>,
  run: Run<typeof contract>,
  random?: () => number,
  cancelGrace = 60_000,
) {
  const files = {
    GITHUB_OUTPUT: join(folder, 'output'),
    GITHUB_STEP_SUMMARY: join(folder, 'summary'),
    RUNNER_TEMP: folder,
  };
  for (const file of [files.GITHUB_OUTPUT, files.GITHUB_STEP_SUMMARY]) writeFileSync(file, '');
  const log: string[] = [];
  let cancel: (name: string) => void = () => {};
  const variables = {
    ...files,
    GITHUB_REPOSITORY: 'acme/shop',
    GITHUB_SHA: 'abc',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_RUN_ID: '7',
    ...env,
  };
  const exitCode = await runAction(contract, run, {
    env: variables,
    cwd: folder,
    clock: systemClock,
    cancelGrace,
    random,
    runner: fakeRunner(variables, (line) => {
      log.push(line);
      if (line === 'please cancel') cancel('SIGINT');
    }),
    onCancel: (callback) => {
      cancel = callback;
    },
  });
  return {
    exitCode,
    log,
    outputs: readOutputs(files.GITHUB_OUTPUT),
    summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'),
  };
}

function readOutputs(file: string): Record<string, string> {
  const found = readFileSync(file, 'utf8').matchAll(/^(.+?)<<(ghadelimiter_.+)\n([\s\S]*?)\n\2$/gm);
  return Object.fromEntries([...found].map((match) => [match[1], match[3] ?? '']));
}

test('an action gets parsed inputs, and writes outputs, a summary and a record', async () => {
  const { exitCode, outputs, summary } = await runWith(
    { 'INPUT_FIRST-NAME': ' Ada ', INPUT_TITLES: 'Dr, Lady\nCountess' },
    async ({ inputs, report }) => {
      expect(inputs).toStrictEqual({
        firstName: 'Ada',
        timeout: 600_000,
        titles: ['Dr', 'Lady', 'Countess'],
        token: undefined,
      });
      report.set({ greeting: `Hello ${inputs.firstName}` });
      report.section('### greet');
      report.detail({ titles: inputs.titles.length });
      report.subject({ image: 'ghcr.io/acme/shop', digest: 'sha256:1' });
    },
  );
  expect(exitCode).toBe(0);
  expect(outputs['greeting']).toBe('Hello Ada');
  expect(outputs['said-at']).toBe('');
  expect(outputs['status']).toBe('success');
  expect(summary).toBe('### greet\n\n');
  const record = JSON.parse(outputs['record'] ?? '');
  expect(record.schema).toBe(1);
  expect(record.runUrl).toBe('https://github.com/acme/shop/actions/runs/7');
  expect(record.details).toStrictEqual({ titles: 3 });
  expect(readFileSync(join(folder, 'delivery-records.jsonl'), 'utf8')).toBe(`${outputs['record']}\n`);
});

test('a failed action still writes its results, with the code, message and remedy of the error', async () => {
  const { exitCode, outputs, log, summary } = await runWith({ 'INPUT_FIRST-NAME': 'Ada' }, async ({ report }) => {
    report.set({ saidAt: 'noon' });
    throw new ActionError({ code: 'voice-lost', message: 'Ada has no voice.', remedy: 'Give her tea.' });
  });
  expect(exitCode).toBe(1);
  expect(outputs['status']).toBe('failure');
  expect(outputs['said-at']).toBe('noon');
  expectWithNote(log, log.join('\n')).toContain(
    '::error title=greet%3A voice-lost::Ada has no voice.%0A→ Give her tea.',
  );
  expect(summary).toMatch(/Ada has no voice\. \(`voice-lost`\)/);
  expect(log.join('\n')).not.toMatch(/at .*main\.test\.ts/);
  expect(JSON.parse(outputs['record'] ?? '').details.error).toStrictEqual({
    code: 'voice-lost',
    message: 'Ada has no voice.',
  });
});

test('an action gets the random numbers of its host, so that a test decides the jitter', async () => {
  const { exitCode } = await runWith(
    { 'INPUT_FIRST-NAME': 'Ada' },
    async ({ random }) => expect(backoffDelay({ firstDelay: 100, maxDelay: 400, random }, 1)).toBe(150),
    () => 0.5,
  );
  expect(exitCode).toBe(0);
});

test('a missing input fails the action before it runs', async () => {
  const { exitCode, log, outputs } = await runWith({}, async () => fail('must not run'));
  expect(exitCode).toBe(1);
  expect(outputs['status']).toBe('failure');
  expectWithNote(log, log.join('\n')).toContain(
    '::error title=greet%3A input-missing::Input `first-name` is missing.%0A→ It takes text. Add, for example, `first-name: Ada`.',
  );
});

test('one error reports all wrong inputs, and suggests the right name for a misspelled one', async () => {
  const { log } = await runWith({ INPUT_FIRSTNAME: 'Ada', INPUT_TIMEOUT: '10' }, async () => fail('must not run'));
  const error = log.find((line) => line.startsWith('::error'));
  expect(error ?? '').toMatch(
    /no input `firstname`.*`first-name` is missing.*`timeout` takes a duration.*but got "10"/,
  );
  expect(error ?? '').toMatch(/Did you mean `first-name`\?.*did you mean "10s"\?/);
});

test('an invisible character in an input is shown by its code point', async () => {
  const { log } = await runWith({ 'INPUT_FIRST-NAME': 'Ada', INPUT_TIMEOUT: '10\u200bs' }, async () =>
    fail('must not run'),
  );
  expect(log.join('\n')).toMatch(/`timeout` takes a duration.*but got "10<U\+200B>s"/);
});

test('a secret is masked first, and never appears in the log, an output, the summary or the record', async () => {
  const { log, outputs, summary } = await runWith(
    { 'INPUT_FIRST-NAME': 'Ada', INPUT_TOKEN: 's3cret-value' },
    async (context) => {
      context.log.info('token is s3cret-value');
      context.report.set({ greeting: 'hi s3cret-value' });
      context.report.section('s3cret-value');
      context.report.detail({ note: 's3cret-value' });
      throw new ActionError({ code: 'oops', message: 'bad token s3cret-value', remedy: 'no s3cret-value' });
    },
  );
  expect(log[0]).toBe('::add-mask::s3cret-value');
  const everything = [
    ...log.filter((line) => !line.startsWith('::add-mask::')),
    ...Object.values(outputs),
    summary,
  ].join('\n');
  expect(everything).not.toMatch(/s3cret-value/);
  expect(everything).toMatch(/token is \*\*\*/);
});

test('a password in a URL is masked in every input', async () => {
  const { log, outputs, summary } = await runWith(
    { 'INPUT_FIRST-NAME': 'Ada', INPUT_TIMEOUT: 'https://ada:hunter22@host/x' },
    async () => {},
  );
  expect(log[0]).toBe('::add-mask::hunter22');
  expect([...log.slice(1), ...Object.values(outputs), summary].join('\n')).not.toMatch(/hunter22/);
});

test('foreign text in an error is escaped in the summary and truncated', async () => {
  const { summary, outputs } = await runWith({ 'INPUT_FIRST-NAME': 'Ada' }, async () => {
    const message = `The server said: \r\n\r\n# ✓ passed <img src="https://evil.example"> [merge](https://evil.example) ${'x'.repeat(50_000)}`;
    throw new ActionError({ code: 'oops', message, remedy: 'Set `first-name`.' });
  });
  const lines = summary.trimEnd().split(/\r\n|\r|\n/);
  expectWithNote(
    lines.every((line) => line.startsWith('>')),
    summary.slice(0, 500),
  ).toBeTruthy();
  expect(summary).not.toMatch(/<img|\]\(https/);
  expect(summary).toMatch(/→ Set `first-name`\.$/m);
  expect((outputs['record'] ?? '').length).toBeLessThan(10_000);
});

test('foreign text in the log is never a workflow command', async () => {
  const { log } = await runWith({ 'INPUT_FIRST-NAME': 'Ada' }, async (context) => {
    context.log.info('first\n  ::set-env name=PATH::/evil\n##[error]x');
  });
  expectWithNote(
    log.some((line) => /^\s*::(?!group|endgroup|error|add-mask)/.test(line) || line.includes('##[')),
    log.join('\n'),
  ).toBeFalsy();
});

test('a cancelled action has the status cancelled and keeps its outputs', async () => {
  const { exitCode, outputs } = await runWith({ 'INPUT_FIRST-NAME': 'Ada' }, async ({ log, clock, signal, report }) => {
    report.set({ greeting: 'Hel' });
    log.info('please cancel');
    await clock.sleep(60_000, signal);
  });
  expect(exitCode).toBe(1);
  expect(outputs['status']).toBe('cancelled');
  expect(outputs['greeting']).toBe('Hel');
});

test('a cancelled action that does not end still writes its outputs before the runner kills it', async () => {
  const { exitCode, outputs } = await runWith(
    { 'INPUT_FIRST-NAME': 'Ada' },
    async ({ report, log }) => {
      report.set({ greeting: 'half done' });
      log.info('please cancel');
      await new Promise(() => {});
    },
    undefined,
    100,
  );
  expect({ exitCode, status: outputs['status'], greeting: outputs['greeting'] }).toStrictEqual({
    exitCode: 1,
    status: 'cancelled',
    greeting: 'half done',
  });
});

test('what an action leaves running in the background is aborted when the action ends', async () => {
  const background = Promise.withResolvers<unknown>();
  await runWith({ 'INPUT_FIRST-NAME': 'Ada' }, async ({ signal, clock }) => {
    clock.sleep(60_000, signal).catch(background.resolve);
  });
  expect(await background.promise).toMatchObject({ message: 'the action is over' });
});

test('a runner file that is not writable fails the action, and the other files are written', async () => {
  const nowhere = join(folder, 'nowhere', 'output');
  const { exitCode, log, summary } = await runWith(
    { 'INPUT_FIRST-NAME': 'Ada', GITHUB_OUTPUT: nowhere, RUNNER_TEMP: join(folder, 'gone') },
    async ({ report }) => report.section('### greet'),
  );
  expect(exitCode).toBe(1);
  const errors = log.filter((line) => line.startsWith('::error'));
  expect(errors.length).toBe(2);
  expect(errors[0] ?? '').toMatch(/runner-file-not-writable::.*nowhere.* \(GITHUB_OUTPUT\), .*no such file or folder/);
  expect(errors[1] ?? '').toMatch(/delivery record, .* \(RUNNER_TEMP\)/);
  expect(summary).toBe('### greet\n\n');
});

test('a summary that is too long for GitHub is truncated at the limit', async () => {
  const { exitCode, summary, outputs } = await runWith({ 'INPUT_FIRST-NAME': 'Ada' }, async ({ report }) =>
    report.section('é'.repeat(1024 * 1024)),
  );
  expect(exitCode).toBe(0);
  expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(1024 * 1024);
  expect(Buffer.byteLength(summary)).toBeGreaterThan(1000 * 1024);
  expect(summary).toMatch(/^é+\n\n_\(truncated: GitHub allows 1 MiB per step\)_\n\n$/);
  expect(summary).toBe(`${outputs['summary']}\n\n`);
});

test('outside a runner no files are written', async () => {
  const none = { GITHUB_OUTPUT: '', GITHUB_STEP_SUMMARY: '', RUNNER_TEMP: '' };
  const { exitCode, log } = await runWith({ 'INPUT_FIRST-NAME': 'Ada', ...none }, async ({ log }) => log.info('hi'));
  expect([exitCode, log]).toStrictEqual([0, ['hi']]);
});

test('an unexpected error has the code internal, and its stack appears only in debug lines', async () => {
  const run: Run<typeof contract> = async () => {
    throw new RangeError('too far');
  };
  const quiet = await runWith({ 'INPUT_FIRST-NAME': 'Ada' }, run);
  expect(quiet.log.join('\n')).toMatch(/internal::Unexpected error: too far/);
  expect(quiet.log.join('\n')).not.toMatch(/::debug/);
  const loud = await runWith({ 'INPUT_FIRST-NAME': 'Ada', RUNNER_DEBUG: '1' }, run);
  expect(loud.log.join('\n')).toMatch(/::debug::.*RangeError: too far/);
});
