import { expect, it } from '@jest/globals';
import { playAll } from './simulation.ts';

/** The end-to-end tests play the rest of a thousand. */
const RUNS = 300;

it(`wait-for-rollout judges ${RUNS} random releases under random troubles as they truly end`, async () => {
  expect(await playAll(1, RUNS)).toStrictEqual([]);
});
