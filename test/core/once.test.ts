import { expect, test } from '@jest/globals';
import { sayOnce } from '../../src/core/once.ts';

test('a text that comes again is dropped', () => {
  const said: string[] = [];
  const say = sayOnce((text) => said.push(text));
  for (const text of ['slow', 'slow', 'forbidden', 'slow']) say(text);
  expect(said).toStrictEqual(['slow', 'forbidden']);
});

test('of the texts with one key only the first is passed on', () => {
  const said: string[] = [];
  const say = sayOnce((text) => said.push(text));
  say('timed out after 1 s', 'timeout');
  say('timed out after 2 s', 'timeout');
  expect(said).toStrictEqual(['timed out after 1 s']);
});
