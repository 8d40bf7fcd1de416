import { describe, it } from '@jest/globals';
import { compareArms } from '../../../../src/actions/canary-gate/judges/compare-arms.ts';
import type { Decision } from '../../../../src/actions/canary-gate/judges/judgment.ts';
import type { Metric } from '../../../../src/actions/canary-gate/metric/metric.ts';
import { expectWithNote } from '../../../jest-support.ts';
import { Random } from '../../../statistics/random.ts';
import { metric } from '../metric.ts';

/**
 * Error rates of the decision on a metric, from simulated canaries whose true difference is known. The random numbers are seeded, so the
 * rates are the same on every run. The bounds allow for another seed (three standard errors), not for a different test.
 */
const RUNS = 1000;

type SampleArm = (random: Random) => number[];
type Rates = Readonly<Record<Decision, number>>;

function rates(baseline: SampleArm, canary: SampleArm, judged: Metric = metric()): Rates {
  const random = new Random(20_260_301);
  const counts = { pass: 0, fail: 0, inconclusive: 0, 'no-data': 0 };
  for (let run = 0; run < RUNS; run++)
    counts[compareArms(judged, baseline(random), canary(random), 5).decision] += 1 / RUNS;
  return counts;
}

/** Samples around `mean` with a standard deviation of 10. */
const normal =
  (n: number, mean: number): SampleArm =>
  (random) =>
    random.normals(n).map((value) => mean + 10 * value);
const autoregressive =
  (n: number, mean: number, phi: number): SampleArm =>
  (random) =>
    random.autoregression(n, phi).map((value) => mean + 10 * value);
const poisson =
  (n: number, mean: number): SampleArm =>
  (random) =>
    Array.from({ length: n }, () => random.poisson(mean));

const tenPercent = metric({ margin: { kind: 'relative', fraction: 0.1 } });
const twentyPercent = metric({ margin: { kind: 'relative', fraction: 0.2 } });

/** Registers a test: the rate of each decision lies between its bounds. */
function expectRates(
  name: string,
  simulate: () => Rates,
  bounds: Partial<Record<Decision, readonly [number, number]>>,
): void {
  it(name, () => {
    const actual = simulate();
    for (const [decision, [low, high]] of Object.entries(bounds)) {
      const rate = Object.entries(actual).find(([each]) => each === decision)?.[1] ?? 0;
      expectWithNote(
        rate >= low && rate <= high,
        `${decision} in ${(100 * rate).toFixed(1)} % of the runs`,
      ).toBeTruthy();
    }
  });
}

describe('false alarms of the comparison', () => {
  for (const n of [5, 10, 20])
    expectRates(
      `an equal canary fails in at most 0.5 % of the runs (${n} independent samples per arm)`,
      () => rates(normal(n, 100), normal(n, 100), tenPercent),
      { fail: [0, 0.005] },
    );
  expectRates(
    'an equal canary fails in at most 1 % of the runs if samples are strongly autocorrelated (φ = 0.8)',
    () => rates(autoregressive(20, 100, 0.8), autoregressive(20, 100, 0.8), tenPercent),
    { fail: [0, 0.01] },
  );
});

describe('a canary that is worse by exactly the margin', () => {
  for (const n of [10, 20])
    expectRates(
      `fails or passes in at most 2 % of the runs each (${n} independent samples per arm; nominal 1 %)`,
      () => rates(normal(n, 100), normal(n, 110), tenPercent),
      { fail: [0, 0.02], pass: [0, 0.02] },
    );
  // A Mann-Whitney test without the correction for autocorrelation gives 6 to 7 % and 27 to 32 % in these two.
  expectRates(
    'fails or passes in at most 4 % of the runs each if samples are autocorrelated (φ = 0.5)',
    () => rates(autoregressive(20, 100, 0.5), autoregressive(20, 110, 0.5), tenPercent),
    { fail: [0, 0.04], pass: [0, 0.04] },
  );
  expectRates(
    'fails or passes in at most 6 % of the runs each if samples are strongly autocorrelated (φ = 0.8)',
    () => rates(autoregressive(20, 100, 0.8), autoregressive(20, 110, 0.8), tenPercent),
    { fail: [0, 0.06], pass: [0, 0.06] },
  );
});

describe('detection of a bad canary', () => {
  expectRates(
    '20 % worse with a margin of 10 % and 20 samples: fails in most runs, never passes',
    () => rates(normal(20, 100), normal(20, 120), tenPercent),
    { fail: [0.55, 0.75], pass: [0, 0.002] },
  );
  expectRates(
    '30 % worse with a margin of 10 % and 20 samples: always fails',
    () => rates(normal(20, 100), normal(20, 130), tenPercent),
    { fail: [0.99, 1] },
  );
  expectRates(
    '40 % worse with a margin of 20 % and 10 samples: fails in most runs',
    () => rates(normal(10, 100), normal(10, 140), twentyPercent),
    { fail: [0.7, 0.95] },
  );
});

describe('acceptance of an equal canary', () => {
  expectRates(
    'passes in nearly all runs with a margin of 20 % and 20 samples',
    () => rates(normal(20, 100), normal(20, 100), twentyPercent),
    { pass: [0.97, 1] },
  );
  expectRates(
    'passes in two of three runs with a margin of 10 % and 20 samples, and is inconclusive in the others',
    () => rates(normal(20, 100), normal(20, 100), tenPercent),
    { pass: [0.58, 0.75], fail: [0, 0.005] },
  );
  expectRates(
    'passes in most runs with a margin of 20 % and 20 autocorrelated samples (φ = 0.5)',
    () => rates(autoregressive(20, 100, 0.5), autoregressive(20, 100, 0.5), twentyPercent),
    { pass: [0.75, 0.97] },
  );
});

describe('rare events, with most samples 0', () => {
  const absolute = metric({ margin: { kind: 'absolute', value: 1 } });
  expectRates(
    'an equal canary passes in nearly all runs with an absolute margin',
    () => rates(poisson(20, 0.3), poisson(20, 0.3), absolute),
    { pass: [0.97, 1], fail: [0, 0.002] },
  );
  expectRates(
    'a canary with ten times as many events fails in most runs, and never passes',
    () => rates(poisson(20, 0.3), poisson(20, 3), absolute),
    { fail: [0.8, 1], pass: [0, 0.002] },
  );
  expectRates(
    'an equal canary is inconclusive with a relative margin, which is 0 here, and fails in at most 2 % of the runs',
    () => rates(poisson(20, 0.3), poisson(20, 0.3), tenPercent),
    { fail: [0, 0.02], inconclusive: [0.85, 1] },
  );
});
