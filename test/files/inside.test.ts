import { it } from '@jest/globals';
import { isInside } from '../../src/files/inside.ts';
import { expectWithNote } from '../jest-support.ts';

it('a path is inside a folder by its parts, not by a common prefix', () => {
  for (const [path, folder, expected] of [
    ['/a/b', '/a', true],
    ['/a', '/a', true],
    ['/a/b/c', '/a/', true],
    ['/a/..b', '/a', true],
    ['/x', '/', true],
    ['/ab', '/a', false],
    ['/', '/a', false],
    ['/a/../b', '/a', false],
  ] as const)
    expectWithNote(isInside(path, folder), `${path} inside ${folder}`).toBe(expected);
});
