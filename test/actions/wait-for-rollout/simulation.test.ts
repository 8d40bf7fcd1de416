import { expect, it } from '@jest/globals';
import { simulateAll } from './simulation.ts';

/** The end-to-end tests simulate the rest of a thousand. */
const RUNS = 300;

it(`wait-for-rollout reports the true result of ${RUNS} random releases under random faults`, async () => {
  expect(await simulateAll(1, RUNS)).toStrictEqual([]);
});
