// wait-for-rollout on the double of a cluster: the random releases for which the unit tests have no time.
import { expect, test } from '@jest/globals';
import { simulateAll } from '../actions/wait-for-rollout/simulation.ts';

/** With the first 300, which the unit tests play, these are a thousand. More by hand: `ROLLOUT_SEEDS=1001-5000`. */
const [from = 0, to = 0] = (process.env['ROLLOUT_SEEDS'] ?? '301-1000').split('-').map(Number);

test(`random releases ${from} to ${to} under random troubles are judged as they truly end`, async () => {
  expect(await simulateAll(from, to)).toStrictEqual([]);
});
