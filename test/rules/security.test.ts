import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ROOT } from '../../scripts/actions.ts';
import { fail } from '../jest-support.ts';

/** That a link leads to an existing file, test/scripts/links.test.ts checks. */

test('every promise of SECURITY.md is linked to the test that holds it', () => {
  const [, section = fail('SECURITY.md promises nothing')] =
    /## What the actions promise\n(.*?)\n## /s.exec(readPage('SECURITY.md')) ?? [];
  const promises = section.split(/\n- /).slice(1);
  expect(promises.filter((promise) => !isProven(promise))).toStrictEqual([]);
  expect(promises.length).toBeGreaterThan(10);
});

test('every row of the threat model is linked to what stops the attack, or says that nothing does', () => {
  const [, ...sections] = readPage('docs/threat-model.md').split(/\n## (?!What is worth protecting)/);
  const rows = sections.flatMap((section) =>
    section
      .split('\n')
      .filter((line) => /^\| (?!.*\|---)/.test(line))
      .slice(1),
  );
  const answers = rows.map((row) => row.split(' | ').at(-1) ?? '');
  expect(answers.filter((answer) => !isProven(answer) && !/^(Nothing|The author may): \S/.test(answer))).toStrictEqual(
    [],
  );
  expect(rows.length).toBeGreaterThan(30);
});

function isProven(text: string): boolean {
  return /\]\((\.\.\/)?(test|\.github\/workflows)\/[^)]+\)/.test(text);
}

function readPage(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}
