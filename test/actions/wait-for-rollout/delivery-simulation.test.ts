import { expect, it } from '@jest/globals';
import { simulateDelivery } from './delivery-simulation.ts';
import { simulateEach } from './simulation.ts';

/** The end-to-end tests simulate the rest of a thousand. */
const RUNS = 100;

it(`wait-for-rollout reports the true result of ${RUNS} random commits after commits that may be broken`, async () => {
  expect(await simulateEach(simulateDelivery, 1, RUNS)).toStrictEqual([]);
});
