import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { collectOutput, keepEnd, lineReader } from '../../src/program/output.ts';
import { expectLinearTime } from '../processor-time.ts';

function linesOf(chunks: readonly string[]): string[] {
  const lines: string[] = [];
  const reader = lineReader((line) => lines.push(line));
  for (const chunk of chunks) reader.add(chunk);
  reader.end();
  return lines;
}

test('a stream is split into the same lines whatever its chunks are', () => {
  const chunk = fc.string({ unit: fc.constantFrom('a', 'é', ' ', '\r', '\n', '\r\n'), maxLength: 8 });
  fc.assert(
    fc.property(fc.array(chunk), (chunks) => {
      const expected = chunks.join('').split(/\r?\n/);
      // The text after the last line break is a line only if it is not empty.
      if (expected.at(-1) === '') expected.pop();
      else expected.push((expected.pop() ?? '').replace(/\r$/, ''));
      expect(linesOf(chunks)).toStrictEqual(expected);
    }),
  );
});

test('a very long line is truncated, in linear time', () => {
  // Up to 256 MiB in the chunks of a pipe.
  expectLinearTime((chunks) => {
    const [line = ''] = linesOf(Array<string>(chunks).fill('x'.repeat(64 * 1024)));
    expect(line).toMatch(/^x+ … \(\d+ more characters\)$/);
  }, 256);
  const [line = ''] = linesOf(Array<string>(4096).fill('x'.repeat(64 * 1024)));
  expect(line).toMatch(/^x+ … \(268173312 more characters\)$/);
});

test('keepEnd keeps the last 64 KiB of a stream', () => {
  const end = keepEnd();
  for (let i = 0; i < 100_000; i++) end.add(`line ${i}\n`);
  expect(end.text().length).toBe(64 * 1024);
  expect(end.text().endsWith('line 99998\nline 99999\n')).toBe(true);
});

const ALL = { stdout: 'all', stderr: 'all', limit: 10 } as const;

test('a character that is split between two chunks is read whole', () => {
  const lines: string[] = [];
  const { add, texts } = collectOutput({ ...ALL, onLine: (line) => lines.push(line) });
  const bytes = Buffer.from('aé\n');
  add.stdout(bytes.subarray(0, 2));
  add.stdout(bytes.subarray(2));
  expect(texts()).toStrictEqual({ stdout: 'aé\n', stderr: '' });
  expect(lines).toStrictEqual(['aé']);
});

test('two streams that are kept as a whole have one limit together', async () => {
  const { add, overflow, overflowed, received } = collectOutput(ALL);
  add.stdout(Buffer.from('123456'));
  add.stderr(Buffer.from('1234'));
  expect(overflowed()).toBeUndefined();
  add.stderr(Buffer.from('5'));
  const exceeded = { kind: 'too-much-output', characters: 10 };
  expect(overflowed()).toStrictEqual(exceeded);
  expect(await overflow).toStrictEqual(exceeded);
  expect(received()).toBe(11);
});

test('a stream of which only the end is kept has no limit', () => {
  const { add, overflowed, texts } = collectOutput({ ...ALL, stderr: 'end' });
  add.stderr(Buffer.from('12345678901234567890'));
  expect(overflowed()).toBeUndefined();
  expect(texts().stderr).toBe('12345678901234567890');
});
