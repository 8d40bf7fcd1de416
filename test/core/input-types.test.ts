import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatDuration, parseDuration } from '../../src/core/duration.ts';
import {
  boolean,
  choice,
  duration,
  type InputType,
  InvalidInput,
  integer,
  lines,
  list,
  number,
  text,
  token,
} from '../../src/core/input-types.ts';
import { expectWithNote, fail } from '../jest-support.ts';

/** The message of the error for an invalid value. */
function hint<T>(type: InputType<T>, value: string): string {
  try {
    type.parse(value);
  } catch (thrown) {
    if (thrown instanceof InvalidInput) return thrown.message;
    throw thrown;
  }
  return fail(`${value} was accepted`);
}

test('a boolean is one of YAML 1.2, and the error for a YAML 1.1 boolean suggests the right one', () => {
  expect(boolean.parse('true')).toBe(true);
  expect(boolean.parse('FALSE')).toBe(false);
  expect(hint(boolean, 'yes')).toBe('Did you mean "true"?');
  expect(hint(boolean, 'off')).toBe('Did you mean "false"?');
  hint(boolean, 'tRue');
});

test('a duration needs a unit', () => {
  expect(duration.parse('90s')).toBe(90_000);
  expect(duration.parse('1h30m')).toBe(5_400_000);
  expect(duration.parse('500ms')).toBe(500);
  expect(duration.parse('0s')).toBe(0);
  expect(duration.parse('365d')).toBe(31_536_000_000);
  for (const endless of ['366d', '99999999999999d', `${'9'.repeat(400)}s`])
    expect(hint(duration, endless)).toBe('The longest is 365d.');
  expect(hint(duration, '10')).toBe('Add the unit: did you mean "10s"?');
  for (const wrong of ['', '10 m', 'm', '-5s', '5s1h', '1e3s'])
    expectWithNote(parseDuration(wrong), wrong).toBeUndefined();
});

test('a duration is the sum of its hours, minutes and seconds', () => {
  fc.assert(
    fc.property(fc.nat(99), fc.nat(59), fc.nat(59), (h, m, s) => {
      expect(parseDuration(`${h}h${m}m${s}s`)).toBe((h * 3600 + m * 60 + s) * 1000);
    }),
    { seed: 1 },
  );
});

test('durations are formatted in the largest two units that fit', () => {
  expect([0, 3240, 9999, 12_400, 250_000, 120_000, 3_900_000, 7_200_000].map(formatDuration)).toStrictEqual([
    '0.0 s',
    '3.2 s',
    '10.0 s',
    '12 s',
    '4 min 10 s',
    '2 min',
    '1 h 5 min',
    '2 h',
  ]);
});

test('numbers outside of their range are rejected', () => {
  expect(integer({ min: 0 }).parse('20')).toBe(20);
  hint(integer({ min: 0 }), '-1');
  hint(integer({ min: 0 }), '1.5');
  hint(integer({ min: 0, max: 10 }), '11');
  expect(number({ min: 0, max: 100 }).parse('99.5')).toBe(99.5);
  hint(number({ min: 0, max: 100 }), 'NaN');
  hint(number({ min: 0, max: 100 }), '1e1');
});

test('the error for a misspelled choice suggests the closest option', () => {
  const engine = choice('buildah', 'docker', 'podman');
  expect(engine.parse('docker')).toBe('docker');
  expect(hint(engine, 'dokcer')).toBe('Did you mean "docker"?');
  expect(hint(engine, 'kaniko')).toBe('');
});

test('a list has one item per line; commas separate only items that can’t contain one', () => {
  expect(list(text).parse('a, b\n\n c\r\nd')).toStrictEqual(['a', 'b', 'c', 'd']);
  expect(lines(text).parse('a, b\n\n c')).toStrictEqual(['a, b', 'c']);
  expect(hint(list(integer({ min: 1 })), '3\n0')).toBe('The line "0" is invalid.');
});

test('the error quotes the invalid line only if there are several', () => {
  expect(hint(lines(boolean), 'yes')).toBe('Did you mean "true"?');
  expect(hint(lines(boolean), 'true\nyes')).toBe('The line "yes" is invalid. Did you mean "true"?');
});

test('the error for commas instead of line breaks says so if the items are valid', () => {
  expect(hint(lines(boolean), 'true, false')).toBe("Commas don't separate items here: put each item on its own line.");
  expect(hint(lines(boolean), 'true\ntrue, false')).toBe(
    'The line "true, false" is invalid. Commas don\'t separate items here: put each item on its own line.',
  );
  expect(hint(lines(boolean), 'true, no')).toBe('');
});

test('a token with white space or invisible characters is rejected', () => {
  expect(token.parse('ghs_16C7e42F')).toBe('ghs_16C7e42F');
  for (const wrong of ['ghs_\n16C7', 'a b', 'ghs_\u200b16']) expect(hint(token, wrong)).toMatch(/Is it complete/);
});
