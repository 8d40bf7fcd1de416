import { expect, test } from '@jest/globals';
import { actionNames, loadContract } from '../../scripts/actions.ts';
import { withoutDescriptions } from '../../scripts/build/descriptions.ts';
import { scriptsOf } from './bundle-contents.ts';

test.each([
  ["image: { description: 'The image.', example: 'shop' }", "image: { description: '', example: 'shop' }"],
  ['token: { description: "It isn\'t shown.", secret: true }', "token: { description: '', secret: true }"],
  ["path: { description: 'Don\\'t, \"really\": x.' },", "path: { description: '' },"],
  // What is put together while the action runs stays.
  ['judge: { description: `One of ${names}.` }', 'judge: { description: `One of ${names}.` }'],
])('a compiled contract loses its descriptions only: %s', (source, expected) => {
  expect(withoutDescriptions(source)).toBe(expected);
});

test.each(actionNames())('the bundle of %s contains no description that only the docs need', async (action) => {
  const { description } = await loadContract(action);
  expect(description.length).toBeGreaterThan(20);
  expect([...scriptsOf(action).values()].join('\n')).not.toContain(description);
});
