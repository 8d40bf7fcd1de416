import { describe, test } from '@jest/globals';
import { expectWithNote } from '../../jest-support.ts';
import { againIsTheSame, onlyTheValueChanges, undoingRestores } from './properties.ts';

/** A fixed seed makes runs reproducible; the end-to-end tests use random seeds. */
const cases = { seed: 20_240_601, numRuns: 400 };

describe('a bump of generated manifests', () => {
  test('changes the value and no other byte, in every style and next to every construct', () => {
    const edited = onlyTheValueChanges(cases);
    expectWithNote(edited, `only ${edited} of the generated manifests were YAML`).toBeGreaterThan(300);
  });

  test('restores the original file when bumped back', () => undoingRestores(cases));

  test('changes nothing the second time', () => againIsTheSame(cases));
});
