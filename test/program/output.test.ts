import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { keepEnd, lineReader } from '../../src/program/output.ts';

function linesOf(pieces: readonly string[]): string[] {
  const lines: string[] = [];
  const reader = lineReader((line) => lines.push(line));
  for (const piece of pieces) reader.add(piece);
  reader.end();
  return lines;
}

test('lines are the same however the stream is cut into pieces', () => {
  const piece = fc.string({ unit: fc.constantFrom('a', 'é', ' ', '\r', '\n', '\r\n'), maxLength: 8 });
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const expected = pieces.join('').split(/\r?\n/);
      // What follows the last break is a line only where something does.
      if (expected.at(-1) === '') expected.pop();
      else expected.push((expected.pop() ?? '').replace(/\r$/, ''));
      expect(linesOf(pieces)).toStrictEqual(expected);
    }),
  );
});

test('a line without end is cut, and costs no more than its length', () => {
  const startedAt = performance.now();
  // 256 MiB in the pieces in which a pipe gives them; looking through the rest again at each piece took minutes.
  const [line = ''] = linesOf(Array<string>(4096).fill('x'.repeat(64 * 1024)));
  expect(line).toMatch(/^x+ … \(268173312 more characters\)$/);
  expect(performance.now() - startedAt).toBeLessThan(5000);
});

test('the end of a stream is kept', () => {
  const end = keepEnd();
  for (let i = 0; i < 100_000; i++) end.add(`line ${i}\n`);
  expect(end.text().length).toBe(64 * 1024);
  expect(end.text().endsWith('line 99998\nline 99999\n')).toBe(true);
});
