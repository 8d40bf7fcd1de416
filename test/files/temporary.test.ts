import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { temporaryFolder, workFolder } from '../../src/files/temporary.ts';
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

test('a work folder of a killed run is removed by the next run, with the login in it; no other folder is', () => {
  const parent = mkdtempSync(join(tmpdir(), 'temporary-test-'));
  onTestFinished(() => rmSync(parent, { recursive: true }));
  const { pid: gone } = spawnSync(process.execPath, ['-e', '']);
  const left = join(parent, `build-image-${gone}_abcdef`);
  const others = [
    join(parent, `build-image-${process.ppid}_abcdef`),
    join(parent, `other-${gone}_abcdef`),
    join(parent, `build-image-${gone}_of-a-user`),
    temporaryFolder({ RUNNER_TEMP: parent }, 'build-image'),
  ];
  for (const folder of [left, ...others]) mkdirSync(join(folder, 'docker'), { recursive: true });
  writeFileSync(join(left, 'docker', 'config.json'), '{ "auths": {} }');
  const folder = workFolder({ RUNNER_TEMP: parent }, 'build-image');
  expect([left, folder, ...others].map((path) => existsSync(path))).toStrictEqual([
    false,
    true,
    ...others.map(() => true),
  ]);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});
