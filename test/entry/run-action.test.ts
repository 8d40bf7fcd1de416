import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { backoffDelay } from '../../src/core/backoff.ts';
import { ActionError } from '../../src/core/error.ts';
import type { Run } from '../../src/entry/context.ts';
import { expectWithNote, fail } from '../jest-support.ts';
import { type contract, runWith } from './greet.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'main-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('an action gets parsed inputs, and writes outputs, a summary and a record', async () => {
  const { exitCode, outputs, summary } = await runWith(
    folder,
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
  const { exitCode, outputs, log, summary } = await runWith(
    folder,
    { 'INPUT_FIRST-NAME': 'Ada' },
    async ({ report }) => {
      report.set({ saidAt: 'noon' });
      throw new ActionError({ code: 'voice-lost', message: 'Ada has no voice.', remedy: 'Give her tea.' });
    },
  );
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
    folder,
    { 'INPUT_FIRST-NAME': 'Ada' },
    async ({ random }) => expect(backoffDelay({ firstDelay: 100, maxDelay: 400, random }, 1)).toBe(150),
    () => 0.5,
  );
  expect(exitCode).toBe(0);
});

test('a missing input fails the action before it runs', async () => {
  const { exitCode, log, outputs } = await runWith(folder, {}, async () => fail('must not run'));
  expect(exitCode).toBe(1);
  expect(outputs['status']).toBe('failure');
  expectWithNote(log, log.join('\n')).toContain(
    '::error title=greet%3A input-missing::Input `first-name` is missing.%0A→ It takes text. Add, for example, `first-name: Ada`.',
  );
});

test('one error reports all wrong inputs, and suggests the right name for a misspelled one', async () => {
  const { log } = await runWith(folder, { INPUT_FIRSTNAME: 'Ada', INPUT_TIMEOUT: '10' }, async () =>
    fail('must not run'),
  );
  const error = log.find((line) => line.startsWith('::error'));
  expect(error ?? '').toMatch(
    /no input `firstname`.*`first-name` is missing.*`timeout` takes a duration.*but got "10"/,
  );
  expect(error ?? '').toMatch(/Did you mean `first-name`\?.*did you mean "10s"\?/);
});

test('a cancelled action has the status cancelled and keeps its outputs', async () => {
  const { exitCode, outputs } = await runWith(
    folder,
    { 'INPUT_FIRST-NAME': 'Ada' },
    async ({ log, clock, signal, report }) => {
      report.set({ greeting: 'Hel' });
      log.info('please cancel');
      await clock.sleep(60_000, signal);
    },
  );
  expect(exitCode).toBe(1);
  expect(outputs['status']).toBe('cancelled');
  expect(outputs['greeting']).toBe('Hel');
});

test('a cancelled action that does not end still writes its outputs before the runner kills it', async () => {
  const { exitCode, outputs } = await runWith(
    folder,
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
  await runWith(folder, { 'INPUT_FIRST-NAME': 'Ada' }, async ({ signal, clock }) => {
    clock.sleep(60_000, signal).catch(background.resolve);
  });
  expect(await background.promise).toMatchObject({ message: 'the action is over' });
});

test('a runner file that is not writable fails the action, and the other files are written', async () => {
  const nowhere = join(folder, 'nowhere', 'output');
  const { exitCode, log, summary } = await runWith(
    folder,
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
  const { exitCode, summary, outputs } = await runWith(folder, { 'INPUT_FIRST-NAME': 'Ada' }, async ({ report }) =>
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
  const { exitCode, log } = await runWith(folder, { 'INPUT_FIRST-NAME': 'Ada', ...none }, async ({ log }) =>
    log.info('hi'),
  );
  expect([exitCode, log]).toStrictEqual([0, ['hi']]);
});

test('an unexpected error has the code internal, and its stack appears only in debug lines', async () => {
  const run: Run<typeof contract> = async () => {
    throw new RangeError('too far');
  };
  const quiet = await runWith(folder, { 'INPUT_FIRST-NAME': 'Ada' }, run);
  expect(quiet.log.join('\n')).toMatch(/internal::Unexpected error: too far/);
  expect(quiet.log.join('\n')).not.toMatch(/::debug/);
  const loud = await runWith(folder, { 'INPUT_FIRST-NAME': 'Ada', RUNNER_DEBUG: '1' }, run);
  expect(loud.log.join('\n')).toMatch(/::debug::.*RangeError: too far/);
});
