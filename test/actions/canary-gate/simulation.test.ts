import { describe, it } from '@jest/globals';
import type { Decision } from '../../../src/actions/canary-gate/judgement.ts';
import { compareArms } from '../../../src/actions/canary-gate/judges/mann-whitney.ts';
import type { Metric } from '../../../src/actions/canary-gate/metric.ts';
import { Random } from '../../fakes/random.ts';
import { expectWithNote } from '../../jest-support.ts';
import { metric } from './metric.ts';

/**
 * How often the judge `mann-whitney` decides what, over simulated canaries of which the truth is known. The source is seeded, so the
 * rates are the same on every run; the bounds leave room for a change of seed (three standard errors), not for a change of the judge.
 */
const RUNS = 1000;

type Arm = (random: Random) => number[];
type Rates = Readonly<Record<Decision, number>>;

function rates(baseline: Arm, canary: Arm, judged: Metric = metric()): Rates {
  const random = new Random(20_260_301);
  const counts = { pass: 0, fail: 0, inconclusive: 0, 'no-data': 0 };
  for (let run = 0; run < RUNS; run++)
    counts[compareArms(judged, baseline(random), canary(random), 5).decision] += 1 / RUNS;
  return counts;
}

/** Samples around `mean` with a standard deviation of 10. */
const normal =
  (n: number, mean: number): Arm =>
  (random) =>
    random.normals(n).map((value) => mean + 10 * value);
const autoregressive =
  (n: number, mean: number, phi: number): Arm =>
  (random) =>
    random.autoregression(n, phi).map((value) => mean + 10 * value);
const counts =
  (n: number, mean: number): Arm =>
  (random) =>
    Array.from({ length: n }, () => random.poisson(mean));

const tenPercent = metric({ margin: { kind: 'relative', fraction: 0.1 } });
const twentyPercent = metric({ margin: { kind: 'relative', fraction: 0.2 } });

/** A case holds when each rate lies between its bounds. */
function holds(name: string, found: () => Rates, bounds: Partial<Record<Decision, readonly [number, number]>>): void {
  it(name, () => {
    const actual = found();
    for (const [decision, [low, high]] of Object.entries(bounds)) {
      const rate = Object.entries(actual).find(([each]) => each === decision)?.[1] ?? 0;
      expectWithNote(
        rate >= low && rate <= high,
        `${decision} in ${(100 * rate).toFixed(1)} % of the runs`,
      ).toBeTruthy();
    }
  });
}

describe('judge mann-whitney, simulated', () => {
  // False alarms: the canary is like the baseline.
  for (const n of [5, 10, 20])
    holds(
      `independent samples, ${n} an arm, no difference: no false alarm`,
      () => rates(normal(n, 100), normal(n, 100), tenPercent),
      {
        fail: [0, 0.005],
      },
    );
  // The worst case that is still acceptable (or the least that is not): each wrong answer at its nominal 1 %.
  for (const n of [10, 20])
    holds(
      `independent samples, ${n} an arm, worse by the margin exactly`,
      () => rates(normal(n, 100), normal(n, 110), tenPercent),
      {
        fail: [0, 0.02],
        pass: [0, 0.02],
      },
    );
  // A plain Mann-Whitney test gives 6 to 7 % and 27 to 32 % here.
  holds(
    'samples that follow each other (φ = 0.5), worse by the margin exactly',
    () => rates(autoregressive(20, 100, 0.5), autoregressive(20, 110, 0.5), tenPercent),
    {
      fail: [0, 0.04],
      pass: [0, 0.04],
    },
  );
  holds(
    'samples that follow each other closely (φ = 0.8), worse by the margin exactly',
    () => rates(autoregressive(20, 100, 0.8), autoregressive(20, 110, 0.8), tenPercent),
    {
      fail: [0, 0.06],
      pass: [0, 0.06],
    },
  );
  holds(
    'samples that follow each other closely (φ = 0.8), no difference: hardly a false alarm',
    () => rates(autoregressive(20, 100, 0.8), autoregressive(20, 100, 0.8), tenPercent),
    {
      fail: [0, 0.01],
    },
  );

  // Detection.
  holds('20 % worse where 10 % are allowed, 20 samples', () => rates(normal(20, 100), normal(20, 120), tenPercent), {
    fail: [0.55, 0.75],
    pass: [0, 0.002],
  });
  holds('30 % worse where 10 % are allowed, 20 samples', () => rates(normal(20, 100), normal(20, 130), tenPercent), {
    fail: [0.99, 1],
  });
  holds('40 % worse where 20 % are allowed, 10 samples', () => rates(normal(10, 100), normal(10, 140), twentyPercent), {
    fail: [0.7, 0.95],
  });

  // Letting good canaries pass.
  holds('no difference, 20 % allowed, 20 samples', () => rates(normal(20, 100), normal(20, 100), twentyPercent), {
    pass: [0.97, 1],
  });
  holds(
    'no difference, 10 % allowed, 20 samples: every third is not shown to be good',
    () => rates(normal(20, 100), normal(20, 100), tenPercent),
    {
      pass: [0.58, 0.75],
      fail: [0, 0.005],
    },
  );
  holds(
    'no difference, 20 % allowed, 20 samples that follow each other (φ = 0.5)',
    () => rates(autoregressive(20, 100, 0.5), autoregressive(20, 100, 0.5), twentyPercent),
    {
      pass: [0.75, 0.97],
    },
  );

  // Rare events: most samples are 0.
  const rare = metric({ margin: { kind: 'absolute', value: 1 } });
  holds('rare errors, no difference', () => rates(counts(20, 0.3), counts(20, 0.3), rare), {
    pass: [0.97, 1],
    fail: [0, 0.002],
  });
  holds('rare errors that become ten times as many', () => rates(counts(20, 0.3), counts(20, 3), rare), {
    fail: [0.8, 1],
    pass: [0, 0.002],
  });
  holds(
    'rare errors beside a relative margin of nothing: not shown to be good, hardly a false alarm',
    () => rates(counts(20, 0.3), counts(20, 0.3), tenPercent),
    {
      fail: [0, 0.02],
      inconclusive: [0.85, 1],
    },
  );
});
