import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { onTestFinished } from '../jest-support.ts';

test('on a disk that becomes full, nothing of a text is appended', () => {
  const folder = mkdtempSync(join(tmpdir(), 'append-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'records.jsonl');
  writeFileSync(file, '{"first":true}\n');
  const module = join(import.meta.dirname, '..', '..', 'src', 'files', 'append.ts');
  const script = `const { appendToFile } = await import(${JSON.stringify(module)});
    process.on('SIGXFSZ', () => {});
    appendToFile(${JSON.stringify(file)}, 'x'.repeat(4000) + '\\n');`;
  // No file may get larger than 1 KiB (dash counts in blocks of 512 bytes, bash in 1,024).
  const { status, stderr } = spawnSync(
    'sh',
    ['-c', 'ulimit -f 2; exec "$0" --input-type=module -e "$1"', process.execPath, script],
    {
      encoding: 'utf8',
    },
  );
  expect({ status, failed: /EFBIG/.test(stderr) }).toStrictEqual({ status: 1, failed: true });
  expect(readFileSync(file, 'utf8')).toBe('{"first":true}\n');
});
