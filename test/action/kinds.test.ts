import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatDuration, parseDuration } from '../../src/action/duration.ts';
import {
  boolean,
  choice,
  duration,
  integer,
  type Kind,
  lines,
  list,
  Misfit,
  number,
  text,
  token,
} from '../../src/action/kinds.ts';

function hint<T>(kind: Kind<T>, value: string): string {
  try {
    kind.parse(value);
  } catch (thrown) {
    if (thrown instanceof Misfit) return thrown.message;
    throw thrown;
  }
  return assert.fail(`${value} was accepted`);
}

test("booleans are YAML 1.2's, and a YAML 1.1 one is pointed out", () => {
  assert.equal(boolean.parse('true'), true);
  assert.equal(boolean.parse('FALSE'), false);
  assert.equal(hint(boolean, 'yes'), 'Did you mean "true"?');
  assert.equal(hint(boolean, 'off'), 'Did you mean "false"?');
  hint(boolean, 'tRue');
});

test('durations have units', () => {
  assert.equal(duration.parse('90s'), 90_000);
  assert.equal(duration.parse('1h30m'), 5_400_000);
  assert.equal(duration.parse('500ms'), 500);
  assert.equal(duration.parse('0s'), 0);
  assert.equal(hint(duration, '10'), 'Add the unit: did you mean "10s"?');
  for (const wrong of ['', '10 m', 'm', '-5s', '5s1h', '1e3s']) assert.equal(parseDuration(wrong), undefined, wrong);
});

test('every sum of hours, minutes and seconds is read as what it says', () => {
  fc.assert(
    fc.property(fc.nat(99), fc.nat(59), fc.nat(59), (h, m, s) => {
      assert.equal(parseDuration(`${h}h${m}m${s}s`), (h * 3600 + m * 60 + s) * 1000);
    }),
    { seed: 1 },
  );
});

test('spans are said as people say them', () => {
  assert.deepEqual([0, 3240, 9999, 12_400, 250_000, 120_000, 3_900_000, 7_200_000].map(formatDuration), [
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

test('whole numbers and numbers keep to their range', () => {
  assert.equal(integer({ min: 0 }).parse('20'), 20);
  hint(integer({ min: 0 }), '-1');
  hint(integer({ min: 0 }), '1.5');
  hint(integer({ min: 0, max: 10 }), '11');
  assert.equal(number({ min: 0, max: 100 }).parse('99.5'), 99.5);
  hint(number({ min: 0, max: 100 }), 'NaN');
  hint(number({ min: 0, max: 100 }), '1e1');
});

test('a choice suggests the option that was meant', () => {
  const engine = choice('buildah', 'docker', 'podman');
  assert.equal(engine.parse('docker'), 'docker');
  assert.equal(hint(engine, 'dokcer'), 'Did you mean "docker"?');
  assert.equal(hint(engine, 'kaniko'), '');
});

test('lists take a line each, and commas where an item can hold none', () => {
  assert.deepEqual(list(text).parse('a, b\n\n c\r\nd'), ['a', 'b', 'c', 'd']);
  assert.deepEqual(lines(text).parse('a, b\n\n c'), ['a, b', 'c']);
  assert.equal(hint(list(integer({ min: 1 })), '3\n0'), 'The line "0" does not fit.');
});

test('a value of one line is not said twice', () => {
  assert.equal(hint(lines(boolean), 'yes'), 'Did you mean "true"?');
  assert.equal(hint(lines(boolean), 'true\nyes'), 'The line "yes" does not fit. Did you mean "true"?');
});

test('commas where lines are wanted are pointed out, where that is all that is wrong', () => {
  assert.equal(hint(lines(boolean), 'true, false'), 'Commas don’t separate here: give each a line of its own.');
  assert.equal(
    hint(lines(boolean), 'true\ntrue, false'),
    'The line "true, false" does not fit. Commas don’t separate here: give each a line of its own.',
  );
  assert.equal(hint(lines(boolean), 'true, no'), '');
});

test('a token is one word of plain signs', () => {
  assert.equal(token.parse('ghs_16C7e42F'), 'ghs_16C7e42F');
  for (const wrong of ['ghs_\n16C7', 'a b', 'ghs_\u200b16']) assert.match(hint(token, wrong), /is it whole/);
});
