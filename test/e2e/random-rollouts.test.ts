// wait-for-rollout on the fake cluster: more random releases than the unit tests have time for.
import { expect, test } from '@jest/globals';
import { simulateDelivery } from '../actions/wait-for-rollout/delivery-simulation.ts';
import { simulateAll, simulateEach } from '../actions/wait-for-rollout/simulation.ts';

/** The unit tests run seeds 1 to 300. To run others, set `ROLLOUT_SEEDS=1001-5000`. */
const [from = 0, to = 0] = (process.env['ROLLOUT_SEEDS'] ?? '301-1000').split('-').map(Number);

test(`wait-for-rollout reports the true end of the random releases ${from} to ${to} under random faults`, async () => {
  expect(await simulateAll(from, to)).toStrictEqual([]);
});

/** The unit tests run seeds 1 to 100. To run others, set `DELIVERY_SEEDS=1001-5000`. */
const [first = 0, last = 0] = (process.env['DELIVERY_SEEDS'] ?? '101-1000').split('-').map(Number);

test(`wait-for-rollout reports the true end of the random deliveries ${first} to ${last} of commits after broken ones`, async () => {
  expect(await simulateEach(simulateDelivery, first, last)).toStrictEqual([]);
});
