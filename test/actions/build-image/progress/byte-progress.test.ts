import { expect, test } from '@jest/globals';
import { withUploadProgress } from '../../../../src/actions/build-image/progress/byte-progress.ts';
import { formatBytes } from '../../../../src/actions/build-image/progress/format-bytes.ts';
import { createLog } from '../../../../src/core/log.ts';
import { Secrets } from '../../../../src/core/secrets.ts';
import { digestOf } from '../../../../src/image/digest.ts';
import { fakeRunner } from '../../../fakes/runner.ts';

test('an upload logs its progress every 15 s', async () => {
  const lines: string[] = [];
  let now = 0;
  const output = {
    clock: { now: () => now, sleep: async () => {} },
    log: createLog(
      fakeRunner({}, (line) => lines.push(line)),
      new Secrets(),
      'test',
    ),
  };
  const digest = digestOf('x');
  const blob = withUploadProgress(output, {
    digest,
    size: 10_000_000,
    async *open(start, end) {
      for (let at = start; at < end; at += 1_000_000) {
        now += 4000;
        yield new Uint8Array(1_000_000);
      }
    },
  });
  let received = 0;
  for await (const chunk of blob.open(1_000_000, 10_000_000)) received += chunk.length;
  expect(received).toBe(9_000_000);
  expect(lines).toStrictEqual([`${digest.slice(0, 19)}  5.0 MB of 10 MB`, `${digest.slice(0, 19)}  9.0 MB of 10 MB`]);
});

test('bytes are formatted with two or three digits and a decimal unit', () => {
  expect([0, 999, 1000, 4_240, 52_340_000, 999_600, 1.5e12].map(formatBytes)).toStrictEqual([
    '0 B',
    '999 B',
    '1.0 kB',
    '4.2 kB',
    '52 MB',
    '1.0 MB',
    '1.5 TB',
  ]);
});
