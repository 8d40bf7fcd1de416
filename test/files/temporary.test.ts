import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { temporaryFolder } from '../../src/files/temporary.ts';
import { onTestFinished } from '../jest-support.ts';

test('a temporary folder is new, in RUNNER_TEMP, and readable only by its user', () => {
  const parent = mkdtempSync(join(tmpdir(), 'temporary-test-'));
  onTestFinished(() => rmSync(parent, { recursive: true }));
  const folder = temporaryFolder({ RUNNER_TEMP: parent }, 'x');
  expect(dirname(folder)).toBe(parent);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(temporaryFolder({ RUNNER_TEMP: parent }, 'x')).not.toBe(folder);
});

test('a temporary folder that can’t be created is an error with the reason', () => {
  const parent = mkdtempSync(join(tmpdir(), 'temporary-test-'));
  onTestFinished(() => rmSync(parent, { recursive: true }));
  writeFileSync(join(parent, 'file'), '');
  for (const [name, reason] of [
    ['gone', 'no such file or folder'],
    ['file', 'a part of its path is a file, not a folder'],
  ] as const)
    expect(() => temporaryFolder({ RUNNER_TEMP: join(parent, name) }, 'x')).toThrow(
      expect.objectContaining({
        code: 'temporary-folder-not-writable',
        message: `Can't create a folder in ${join(parent, name)} (RUNNER_TEMP): ${reason}.`,
      }),
    );
});
