import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
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
    patience: defaulted(duration, '10m', { description: 'How long.', example: '90s' }),
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

async function runWith(env: Record<string, string>, run: Run<typeof contract>) {
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

test('an action gets its inputs parsed and leaves outputs, summary and a record', async () => {
  const { exitCode, outputs, summary } = await runWith(
    { 'INPUT_FIRST-NAME': ' Ada ', INPUT_TITLES: 'Dr, Lady\nCountess' },
    async ({ inputs, report }) => {
      expect(inputs).toStrictEqual({
        firstName: 'Ada',
        patience: 600_000,
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

test('what was known before a failure is still told, with code, cause and remedy', async () => {
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

test('a missing input stops the action before it starts', async () => {
  const { exitCode, log, outputs } = await runWith({}, async () => fail('must not run'));
  expect(exitCode).toBe(1);
  expect(outputs['status']).toBe('failure');
  expectWithNote(log, log.join('\n')).toContain(
    '::error title=greet%3A input-missing::Input `first-name` is missing.%0A→ It takes text. Add, for example, `first-name: Ada`.',
  );
});

test('a misspelled input is refused with the one that was meant, beside all other mistakes', async () => {
  const { log } = await runWith({ INPUT_FIRSTNAME: 'Ada', INPUT_PATIENCE: '10' }, async () => fail('must not run'));
  const error = log.find((line) => line.startsWith('::error'));
  expect(error ?? '').toMatch(
    /no input `firstname`.*`first-name` is missing.*`patience` takes a duration.*but got "10"/,
  );
  expect(error ?? '').toMatch(/Did you mean `first-name`\?.*did you mean "10s"\?/);
});

test('a sign that can not be seen is named', async () => {
  const { log } = await runWith({ 'INPUT_FIRST-NAME': 'Ada', INPUT_PATIENCE: '10\u200bs' }, async () =>
    fail('must not run'),
  );
  expect(log.join('\n')).toMatch(/`patience` takes a duration.*but got "10<U\+200B>s"/);
});

test('a secret is masked first and never reaches a log, an output, the summary or the record', async () => {
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

test('a password in a URL is hidden, whichever input it was typed into', async () => {
  const { log, outputs, summary } = await runWith(
    { 'INPUT_FIRST-NAME': 'Ada', INPUT_PATIENCE: 'https://ada:hunter22@host/x' },
    async () => {},
  );
  expect(log[0]).toBe('::add-mask::hunter22');
  expect([...log.slice(1), ...Object.values(outputs), summary].join('\n')).not.toMatch(/hunter22/);
});

test('foreign text in a failure formats nothing and ends in time', async () => {
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

test('foreign text in the log can not give the runner commands', async () => {
  const { log } = await runWith({ 'INPUT_FIRST-NAME': 'Ada' }, async (context) => {
    context.log.info('first\n  ::set-env name=PATH::/evil\n##[error]x');
  });
  expectWithNote(
    log.some((line) => /^\s*::(?!group|endgroup|error|add-mask)/.test(line) || line.includes('##[')),
    log.join('\n'),
  ).toBeFalsy();
});

test('a cancelled job says so and keeps what was known', async () => {
  const { exitCode, outputs } = await runWith({ 'INPUT_FIRST-NAME': 'Ada' }, async ({ log, clock, signal, report }) => {
    report.set({ greeting: 'Hel' });
    log.info('please cancel');
    await clock.sleep(60_000, signal);
  });
  expect(exitCode).toBe(1);
  expect(outputs['status']).toBe('cancelled');
  expect(outputs['greeting']).toBe('Hel');
});

test('what the runner can not be handed is said, and the rest is handed over', async () => {
  const nowhere = join(folder, 'nowhere', 'output');
  const { exitCode, log, summary } = await runWith(
    { 'INPUT_FIRST-NAME': 'Ada', GITHUB_OUTPUT: nowhere, RUNNER_TEMP: join(folder, 'gone') },
    async ({ report }) => report.section('### greet'),
  );
  expect(exitCode).toBe(1);
  const errors = log.filter((line) => line.startsWith('::error'));
  expect(errors.length).toBe(2);
  expect(errors[0] ?? '').toMatch(/runner-file-not-writable::.*\(GITHUB_OUTPUT\), .*nowhere.*no such file or folder/);
  expect(errors[1] ?? '').toMatch(/delivery record \(RUNNER_TEMP\)/);
  expect(summary).toBe('### greet\n\n');
});

test('of a summary that GitHub would not show the beginning is kept, as long as it may be', async () => {
  const { exitCode, summary, outputs } = await runWith({ 'INPUT_FIRST-NAME': 'Ada' }, async ({ report }) =>
    report.section('é'.repeat(1024 * 1024)),
  );
  expect(exitCode).toBe(0);
  expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(1024 * 1024);
  expect(Buffer.byteLength(summary)).toBeGreaterThan(1000 * 1024);
  expect(summary).toMatch(/^é+\n\n_\(cut: a step's summary holds 1 MiB\)_\n\n$/);
  expect(summary).toBe(`${outputs['summary']}\n\n`);
});

test('outside a runner nothing is handed over', async () => {
  const none = { GITHUB_OUTPUT: '', GITHUB_STEP_SUMMARY: '', RUNNER_TEMP: '' };
  const { exitCode, log } = await runWith({ 'INPUT_FIRST-NAME': 'Ada', ...none }, async ({ log }) => log.info('hi'));
  expect([exitCode, log]).toStrictEqual([0, ['hi']]);
});

test('an unexpected defect is reported as internal, its stack only as debug output', async () => {
  const run: Run<typeof contract> = async () => {
    throw new RangeError('too far');
  };
  const quiet = await runWith({ 'INPUT_FIRST-NAME': 'Ada' }, run);
  expect(quiet.log.join('\n')).toMatch(/internal::Something unexpected happened: too far/);
  expect(quiet.log.join('\n')).not.toMatch(/::debug/);
  const loud = await runWith({ 'INPUT_FIRST-NAME': 'Ada', RUNNER_DEBUG: '1' }, run);
  expect(loud.log.join('\n')).toMatch(/::debug::.*RangeError: too far/);
});
