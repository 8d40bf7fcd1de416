import { it } from '@jest/globals';
import { isInside } from '../../src/files/inside.ts';
import { expectWithNote } from '../jest-support.ts';

it('a path lies under a folder, and no other that only begins alike', () => {
  for (const [path, folder, wanted] of [
    ['/a/b', '/a', true],
    ['/a', '/a', true],
    ['/a/b/c', '/a/', true],
    ['/a/..b', '/a', true],
    ['/x', '/', true],
    ['/ab', '/a', false],
    ['/', '/a', false],
    ['/a/../b', '/a', false],
  ] as const)
    expectWithNote(isInside(path, folder), `${path} under ${folder}`).toBe(wanted);
});
