import { describe, test } from '@jest/globals';
import { expectWithNote } from '../../jest-support.ts';
import { againIsTheSame, onlyTheValueChanges, undoingRestores } from './properties.ts';

/** The search starts at a fixed point, so a run today finds what a run tomorrow finds; the end-to-end tests search further. */
const cases = { seed: 20_240_601, numRuns: 400 };

describe('a bump changes the value of the image field and not one byte else', () => {
  test('in every style and beside every construct: the result is the text with the new value', () => {
    const edited = onlyTheValueChanges(cases);
    expectWithNote(edited, `only ${edited} of the generated manifests were YAML`).toBeGreaterThan(300);
  });

  test('bumped back, the file is the one that it was', () => undoingRestores(cases));

  test('a second bump has nothing to do', () => againIsTheSame(cases));
});
