import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Decision, MetricAssessment } from '../../../../src/actions/canary-gate/judges/judgment.ts';
import { inconclusiveIfServerLost, scoreAndVerdict } from '../../../../src/actions/canary-gate/judges/scoring.ts';
import { expectWithNote } from '../../../jest-support.ts';
import { metric, noSamples } from '../metric.ts';

const thresholds = { passScore: 95, marginalScore: 75 };

function assessment(decision: Decision, options: Parameters<typeof metric>[0] = {}): MetricAssessment {
  return {
    metric: metric(options),
    decision,
    reason: '',
    arms: { baseline: noSamples, canary: noSamples },
    comparison: undefined,
    threshold: undefined,
  };
}
const verdict = (...assessments: MetricAssessment[]) => scoreAndVerdict(assessments, thresholds);
const several = (count: number, decision: Decision) => Array.from({ length: count }, () => assessment(decision));

describe('score and verdict', () => {
  it('follow the share of the weight that has passed', () => {
    expect(verdict(...several(4, 'pass'))).toStrictEqual({ verdict: 'pass', score: 100 });
    expect(verdict(...several(4, 'pass'), ...several(1, 'fail'))).toStrictEqual({ verdict: 'marginal', score: 80 });
    expect(verdict(...several(2, 'pass'), ...several(1, 'fail'))).toStrictEqual({ verdict: 'fail', score: 66.7 });
    expect(verdict(assessment('pass', { weight: 19 }), assessment('fail'))).toStrictEqual({
      verdict: 'pass',
      score: 95,
    });
  });

  it('fail with a failed critical metric, whatever the weight of the others', () => {
    expect(verdict(...several(99, 'pass'), assessment('fail', { critical: true })).verdict).toBe('fail');
  });

  it('are inconclusive only if the undecided metrics could change the verdict', () => {
    expect(verdict(...several(4, 'pass'), ...several(1, 'inconclusive')).verdict).toBe('inconclusive');
    expect(verdict(...several(99, 'pass'), ...several(1, 'inconclusive'))).toStrictEqual({
      verdict: 'pass',
      score: 99,
    });
    expect(verdict(...several(99, 'pass'), assessment('inconclusive', { critical: true })).verdict).toBe(
      'inconclusive',
    );
    expect(verdict(...several(2, 'fail'), ...several(1, 'inconclusive')).verdict).toBe('fail');
    expect(verdict(assessment('fail', { critical: true }), ...several(9, 'inconclusive')).verdict).toBe('fail');
  });

  it('count a metric without data as undecided, unless it may be left out', () => {
    expect(verdict(...several(4, 'pass'), assessment('no-data')).verdict).toBe('inconclusive');
    expect(verdict(...several(4, 'pass'), assessment('no-data', { mustHaveData: false })).verdict).toBe('pass');
  });

  it('are inconclusive and 0 if no metric counts', () => {
    expect(verdict()).toStrictEqual({ verdict: 'inconclusive', score: 0 });
    expect(verdict(assessment('no-data', { mustHaveData: false }))).toStrictEqual({
      verdict: 'inconclusive',
      score: 0,
    });
    expect(verdict(assessment('pass', { weight: 0 })).verdict).toBe('inconclusive');
  });

  it('a worse decision of one metric never improves verdict or score', () => {
    const order = { fail: 0, inconclusive: 1, marginal: 1, pass: 2 };
    const decisions = fc.array(
      fc.record({
        decision: fc.constantFrom<Decision>('pass', 'fail', 'inconclusive', 'no-data'),
        critical: fc.boolean(),
        weight: fc.integer({ min: 1, max: 5 }),
      }),
      { minLength: 1, maxLength: 8 },
    );
    fc.assert(
      fc.property(decisions, fc.nat(), (list, pick) => {
        const before = verdict(...list.map(({ decision, ...options }) => assessment(decision, options)));
        const worse = list.map(({ decision, ...options }, index) =>
          assessment(index === pick % list.length ? 'fail' : decision, options),
        );
        const after = verdict(...worse);
        expectWithNote(order[after.verdict], `${before.verdict} became ${after.verdict}`).toBeLessThanOrEqual(
          order[before.verdict],
        );
        expect(after.score).toBeLessThanOrEqual(before.score);
      }),
      { seed: 17, numRuns: 500 },
    );
  });
});

describe('a verdict from sampling that ended because the metrics server failed', () => {
  it('may be fail, but never pass', () => {
    const judgment = (decision: Decision) => ({ ...verdict(assessment(decision)), assessments: [] });
    expect(inconclusiveIfServerLost(judgment('pass'), { ended: 'provider-lost' }).verdict).toBe('inconclusive');
    expect(inconclusiveIfServerLost(judgment('fail'), { ended: 'provider-lost' }).verdict).toBe('fail');
    expect(inconclusiveIfServerLost(judgment('pass'), { ended: 'complete' }).verdict).toBe('pass');
  });
});
