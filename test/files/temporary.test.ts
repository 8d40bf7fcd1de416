import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../src/files/temporary.ts';

test('a temporary folder is new, in the runner’s own, and its user’s alone', (t) => {
  const parent = mkdtempSync(join(tmpdir(), 'temporary-test-'));
  t.after(() => rmSync(parent, { recursive: true }));
  const folder = temporaryFolder({ RUNNER_TEMP: parent }, 'x');
  assert.equal(dirname(folder), parent);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  assert.notEqual(temporaryFolder({ RUNNER_TEMP: parent }, 'x'), folder);
});

test('a folder that can not be made is no defect of the action', (t) => {
  const parent = mkdtempSync(join(tmpdir(), 'temporary-test-'));
  t.after(() => rmSync(parent, { recursive: true }));
  writeFileSync(join(parent, 'file'), '');
  for (const [name, why] of [
    ['gone', 'there is no such file or folder'],
    ['file', 'a part of its path is a file'],
  ] as const)
    assert.throws(() => temporaryFolder({ RUNNER_TEMP: join(parent, name) }, 'x'), {
      code: 'temporary-folder-not-writable',
      message: `No folder can be made in ${join(parent, name)} (RUNNER_TEMP): ${why}.`,
    });
});
