import { expect, test } from '@jest/globals';
import { actionNames } from '../../scripts/actions.ts';
import { expectWithNote } from '../jest-support.ts';
import { packagesIn, pieceOwners, piecesOf, programsIn, scriptsOf } from './evidence.ts';

const owners = pieceOwners();

/** The pieces that undici alone holds, and only once: a program with two of one has undici twice. */
const undiciPieces = once(programsIn('node_modules/undici').flatMap(piecesOf)).filter(
  (piece) => owners.get(piece) === 'undici',
);

function once(pieces: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const piece of pieces) counts.set(piece, (counts.get(piece) ?? 0) + 1);
  return [...counts].flatMap(([piece, count]) => (count === 1 ? [piece] : []));
}

test('undici is told by texts that nothing else holds', () => {
  expect(undiciPieces.length).toBeGreaterThan(500);
  expect(undiciPieces).toContain('Response does not match the HTTP/1.1 protocol (');
});

test.each(actionNames())('%s loads of all packages only @actions/core at its start, and no HTTP client', (action) => {
  expect(packagesIn(scriptsOf(action).get('index.js') ?? '', owners)).toStrictEqual(['@actions/core']);
});

test.each(actionNames())('%s holds undici once, whichever packages use it', (action) => {
  const counts = new Map<string, number>();
  for (const piece of [...scriptsOf(action).values()].flatMap(piecesOf))
    counts.set(piece, (counts.get(piece) ?? 0) + 1);
  const found = undiciPieces.filter((piece) => counts.has(piece));
  expect(found.length).toBeGreaterThan(100);
  expectWithNote(
    found.filter((piece) => counts.get(piece) !== 1),
    'twice in the bundle',
  ).toStrictEqual([]);
});
