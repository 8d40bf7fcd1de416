import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { ROOT } from '../../scripts/actions.ts';
import { onTestFinished } from '../jest-support.ts';

it.each([
  ['a passed test', "test('a', () => {});", '1 passed, 0 failed', 0],
  ['a failed test', "test('a', () => { throw new Error('x'); });", '0 passed, 1 failed', 1],
  ['a skipped test', "test('a', () => {}); test.skip('b', () => {});", '1 passed, 1 failed', 1],
  ['a todo', "test('a', () => {}); test.todo('b');", '1 passed, 1 failed', 1],
  ['a file that does not load', "throw new Error('x');", '0 passed, 1 failed', 1],
])('the closing line and exit code of jest are right for %s', (_, source, line, code) => {
  const folder = mkdtempSync(join(tmpdir(), 'closing-line-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const reporters = [join(ROOT, 'test', 'jest-closing-line.mjs')];
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ jest: { reporters, testEnvironment: 'node' } }));
  writeFileSync(join(folder, 'one.test.js'), source);
  const jest = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
  const run = spawnSync(process.execPath, [jest, '--rootDir', folder], { cwd: folder, encoding: 'utf8' });
  expect(run.stdout.trim().split('\n').at(-1)).toBe(line);
  expect(run.status).toBe(code);
});
