import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Decision, MetricAssessment } from '../../../../src/actions/canary-gate/judges/judgment.ts';
import { scoreAndVerdict, withoutUnprovenPass } from '../../../../src/actions/canary-gate/judges/scoring.ts';
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
const many = (count: number, decision: Decision) => Array.from({ length: count }, () => assessment(decision));

describe('verdict and score', () => {
  it('is the share of weight that is good', () => {
    expect(verdict(...many(4, 'pass'))).toStrictEqual({ verdict: 'pass', score: 100 });
    expect(verdict(...many(4, 'pass'), ...many(1, 'fail'))).toStrictEqual({ verdict: 'marginal', score: 80 });
    expect(verdict(...many(2, 'pass'), ...many(1, 'fail'))).toStrictEqual({ verdict: 'fail', score: 66.7 });
    expect(verdict(assessment('pass', { weight: 19 }), assessment('fail'))).toStrictEqual({
      verdict: 'pass',
      score: 95,
    });
  });

  it('fails with a critical metric, whatever the others weigh', () => {
    expect(verdict(...many(99, 'pass'), assessment('fail', { critical: true })).verdict).toBe('fail');
  });

  it('is inconclusive where what is open could turn it, and only there', () => {
    expect(verdict(...many(4, 'pass'), ...many(1, 'inconclusive')).verdict).toBe('inconclusive');
    expect(verdict(...many(99, 'pass'), ...many(1, 'inconclusive'))).toStrictEqual({ verdict: 'pass', score: 99 });
    expect(verdict(...many(99, 'pass'), assessment('inconclusive', { critical: true })).verdict).toBe('inconclusive');
    expect(verdict(...many(2, 'fail'), ...many(1, 'inconclusive')).verdict).toBe('fail');
    expect(verdict(assessment('fail', { critical: true }), ...many(9, 'inconclusive')).verdict).toBe('fail');
  });

  it('counts a metric without data as open, unless it may be left out', () => {
    expect(verdict(...many(4, 'pass'), assessment('no-data')).verdict).toBe('inconclusive');
    expect(verdict(...many(4, 'pass'), assessment('no-data', { mustHaveData: false })).verdict).toBe('pass');
  });

  it('has nothing to pass on where nothing was seen', () => {
    expect(verdict()).toStrictEqual({ verdict: 'inconclusive', score: 0 });
    expect(verdict(assessment('no-data', { mustHaveData: false }))).toStrictEqual({
      verdict: 'inconclusive',
      score: 0,
    });
    expect(verdict(assessment('pass', { weight: 0 })).verdict).toBe('inconclusive');
  });

  it('never gets better when a metric gets worse', () => {
    const rank = { fail: 0, inconclusive: 1, marginal: 1, pass: 2 };
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
        const found = verdict(...worse);
        expectWithNote(rank[found.verdict], `${before.verdict} became ${found.verdict}`).toBeLessThanOrEqual(
          rank[before.verdict],
        );
        expect(found.score).toBeLessThanOrEqual(before.score);
      }),
      { seed: 17, numRuns: 500 },
    );
  });

  it('does not let a trial pass that the metrics server broke off', () => {
    const judgement = (decision: Decision) => ({ ...verdict(assessment(decision)), assessments: [] });
    expect(withoutUnprovenPass(judgement('pass'), { ended: 'provider-lost' }).verdict).toBe('inconclusive');
    expect(withoutUnprovenPass(judgement('fail'), { ended: 'provider-lost' }).verdict).toBe('fail');
    expect(withoutUnprovenPass(judgement('pass'), { ended: 'complete' }).verdict).toBe('pass');
  });
});
