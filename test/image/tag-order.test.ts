import { expect, test } from '@jest/globals';
import { compareTags } from '../../src/image/tag-order.ts';
import { expectWithNote } from '../jest-support.ts';

test('versions are ordered by semver.org, section 11', () => {
  const rising = [
    '0.9.9',
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0-rc.1',
    '1.0.0',
    'v1.0.1',
    '1.4',
    'v1.10',
    '2',
    '20240601',
    '99999999999999999999',
  ];
  for (const [i, a] of rising.entries())
    for (const [j, b] of rising.entries())
      expectWithNote(Math.sign(compareTags(a, b) ?? Number.NaN), `${a} ${b}`).toBe(Math.sign(i - j));
});

test('a version equals the same version without v and without trailing zeros', () => {
  for (const same of ['v1.4.0', '1.4', 'v1.4']) expect(Math.abs(compareTags('1.4.0', same) ?? 1)).toBe(0);
});

test('build numbers are ordered within one series only', () => {
  expect(compareTags('main-9', 'main-10') ?? 0).toBeLessThan(0);
  expect(compareTags('main-9', 'next-10')).toBeUndefined();
  expect(compareTags('main-9', '10')).toBeUndefined();
});

test('other tags have no order, unless they are equal', () => {
  for (const [a, b] of [
    ['latest', 'stable'],
    ['706798e8', '1.4.2'],
    ['sha-0fc3a1b', 'sha-1fc3a1b'],
    ['1.2.3.4', '1.2.3.5'],
  ] as const)
    expectWithNote(compareTags(a, b), `${a} ${b}`).toBeUndefined();
  expect(compareTags('latest', 'latest')).toBe(0);
});
