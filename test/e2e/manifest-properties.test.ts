// The properties of test/manifest/syntax/edit.test.ts, searched further and from another start each time.

import { randomInt } from 'node:crypto';
import { test } from '@jest/globals';
import { expectWithNote } from '../jest-support.ts';
import { againIsTheSame, onlyTheValueChanges, undoingRestores } from '../manifest/syntax/properties.ts';
import { quickReadsAsTheLibrary } from '../manifest/syntax/quick.ts';

/** MANIFEST_SEED repeats a search. */
const seed = Number(process.env['MANIFEST_SEED'] ?? randomInt(2 ** 31));
console.log(`Bumps of generated manifests: MANIFEST_SEED=${seed}`);

test(`only the value changes: 90,000 manifests (seed ${seed})`, () => {
  const edited = onlyTheValueChanges({ seed, numRuns: 90_000 });
  expectWithNote(edited, `only ${edited} of the generated manifests were YAML`).toBeGreaterThan(67_500);
});

test(`undoing restores the file: 50,000 manifests (seed ${seed})`, () => undoingRestores({ seed, numRuns: 50_000 }));

test(`again is the same: 60,000 manifests (seed ${seed})`, () => againIsTheSame({ seed, numRuns: 60_000 }));

test(`quick reading gives what the YAML library gives: 500,000 texts (seed ${seed})`, () => {
  const read = quickReadsAsTheLibrary({ seed, numRuns: 500_000 });
  expectWithNote(read, `only ${read} documents were read`).toBeGreaterThan(80_000);
});
