import { expect, test } from '@jest/globals';
import { sourcesBelow } from './sources.ts';

/** What is shown to people is redacted and escaped in few places. A new place would have to do it, too. */

const sources = sourcesBelow('src');

function filesWith(pattern: RegExp): string[] {
  return sources
    .filter(({ text }) => pattern.test(text))
    .map(({ path }) => path)
    .sort();
}

test('only the log and the end of an action write to the runner', () => {
  expect(filesWith(/\brunner\.(?:info|debug|annotate|startGroup|setOutput|appendSummary)\(/)).toStrictEqual([
    'src/core/log.ts',
    'src/entry/runner-files.ts',
  ]);
  expect(filesWith(/from '@actions\/core'/)).toStrictEqual(['src/core/runner.ts']);
});

test('nothing else writes to the standard output or error', () => {
  expect(filesWith(/\bconsole\.\w+\(|process\.std(?:out|err)\.write|emitWarning\(/)).toStrictEqual([]);
});

test('every line of the log goes through the redaction and shows invisible characters', () => {
  const log = sources.find(({ path }) => path === 'src/core/log.ts')?.text ?? '';
  const calls = log.split('\n').filter((line) => /\brunner\.(?:info|debug|annotate|startGroup)\(/.test(line));
  expect(calls).toHaveLength(4);
  for (const call of calls)
    expect(call).toMatch(
      /secrets\.redact\(.*(?:escapeLogLine|showInvisible)\(|(?:escapeLogLine|showInvisible)\(secrets\.redact\(/,
    );
});

test('every Markdown helper that takes foreign text shows invisible characters and hides credentials', async () => {
  const markdown = sources.find(({ path }) => path === 'src/core/markdown.ts')?.text ?? '';
  const exported = [...markdown.matchAll(/^export function (\w+)/gm)].map(([, name]) => name);
  // A new helper belongs to the suites test/security/invisible-characters.test.ts and foreign-credentials.test.ts.
  expect(exported.sort()).toStrictEqual([
    'code',
    'codeBlock',
    'details',
    'escapeMarkdown',
    'escapeMarkup',
    'escapeProse',
    'link',
    'table',
  ]);
  expect(filesWith(/\bescapeMarkup\b/)).toStrictEqual(['src/core/markdown.ts', 'src/core/secret-forms.ts']);
});
