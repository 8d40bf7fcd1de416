import { expect, test } from '@jest/globals';
import { chartsComposeWhatWasAsked } from './split-layouts.ts';

test('for random layouts of keys and values, a chart composes the reference that was asked for, or nothing is written', () => {
  expect(chartsComposeWhatWasAsked({ seed: 20_240_601, numRuns: 1500 })).toBeGreaterThan(300);
});
