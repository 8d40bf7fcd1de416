import { expect, test } from '@jest/globals';
import { actionNames } from '../../scripts/actions.ts';
import { expectWithNote } from '../jest-support.ts';
import { packagesIn, programsIn, scriptsOf, stringOwners, stringsIn } from './bundle-contents.ts';

const owners = stringOwners();

/** The strings that occur only in undici, and only once there: a bundle that has one of them twice contains undici twice. */
const undiciStrings = once(programsIn('node_modules/undici').flatMap(stringsIn)).filter(
  (text) => owners.get(text) === 'undici',
);

function once(strings: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const text of strings) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].flatMap(([text, count]) => (count === 1 ? [text] : []));
}

test('undici is identified by strings that occur nowhere else', () => {
  expect(undiciStrings.length).toBeGreaterThan(500);
  expect(undiciStrings).toContain('Response does not match the HTTP/1.1 protocol (');
});

test.each(actionNames())('%s loads only @actions/core at start, and no HTTP client', (action) => {
  expect(packagesIn(scriptsOf(action).get('index.js') ?? '', owners)).toStrictEqual(['@actions/core']);
});

test.each(actionNames())('the bundle of %s contains undici only once', (action) => {
  const counts = new Map<string, number>();
  for (const text of [...scriptsOf(action).values()].flatMap(stringsIn)) counts.set(text, (counts.get(text) ?? 0) + 1);
  const found = undiciStrings.filter((text) => counts.has(text));
  expect(found.length).toBeGreaterThan(100);
  expectWithNote(
    found.filter((text) => counts.get(text) !== 1),
    'more than once in the bundle',
  ).toStrictEqual([]);
});
