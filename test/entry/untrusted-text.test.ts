import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ActionError } from '../../src/core/error.ts';
import { expectWithNote, fail } from '../jest-support.ts';
import { runWith } from './greet.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'main-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('an invisible character in an input is shown by its code point', async () => {
  const { log } = await runWith(folder, { 'INPUT_FIRST-NAME': 'Ada', INPUT_TIMEOUT: '10\u200bs' }, async () =>
    fail('must not run'),
  );
  expect(log.join('\n')).toMatch(/`timeout` takes a duration.*but got "10<U\+200B>s"/);
});

test('a secret is masked first, and never appears in the log, an output, the summary or the record', async () => {
  const { log, outputs, summary } = await runWith(
    folder,
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
    folder,
    { 'INPUT_FIRST-NAME': 'Ada', INPUT_TIMEOUT: 'https://ada:hunter22@host/x' },
    async () => {},
  );
  expect(log[0]).toBe('::add-mask::hunter22');
  expect([...log.slice(1), ...Object.values(outputs), summary].join('\n')).not.toMatch(/hunter22/);
});

test('foreign text in an error is escaped in the summary and truncated', async () => {
  const { summary, outputs } = await runWith(folder, { 'INPUT_FIRST-NAME': 'Ada' }, async () => {
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
  const { log } = await runWith(folder, { 'INPUT_FIRST-NAME': 'Ada' }, async (context) => {
    context.log.info('first\n  ::set-env name=PATH::/evil\n##[error]x');
  });
  expectWithNote(
    log.some((line) => /^\s*::(?!group|endgroup|error|add-mask)/.test(line) || line.includes('##[')),
    log.join('\n'),
  ).toBeFalsy();
});
