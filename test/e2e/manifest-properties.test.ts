// The properties of test/manifest/syntax/edit.test.ts, with more runs and a new seed each time.

import { randomInt } from 'node:crypto';
import { test } from '@jest/globals';
import { expectWithNote } from '../jest-support.ts';
import { againIsTheSame, onlyTheValueChanges, undoingRestores } from '../manifest/syntax/properties.ts';
import { quickReadsAsTheLibrary } from '../manifest/syntax/quick.ts';

/** Set MANIFEST_SEED to repeat a run. */
const seed = Number(process.env['MANIFEST_SEED'] ?? randomInt(2 ** 31));
console.log(`Bumps of generated manifests: MANIFEST_SEED=${seed}`);

test(`a bump changes only the value: 90,000 manifests (seed ${seed})`, () => {
  const edited = onlyTheValueChanges({ seed, numRuns: 90_000 });
  expectWithNote(edited, `only ${edited} of the generated manifests were YAML`).toBeGreaterThan(67_500);
});

test(`bumping back restores the file: 50,000 manifests (seed ${seed})`, () =>
  undoingRestores({ seed, numRuns: 50_000 }));

test(`bumping again changes nothing: 60,000 manifests (seed ${seed})`, () => againIsTheSame({ seed, numRuns: 60_000 }));

test(`the quick reader gives the same result as the YAML library: 500,000 texts (seed ${seed})`, () => {
  const read = quickReadsAsTheLibrary({ seed, numRuns: 500_000 });
  expectWithNote(read, `only ${read} documents were read`).toBeGreaterThan(80_000);
});
