import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Assessment, Decision } from '../../../src/actions/canary-gate/judgement.ts';
import { verdictOf, withheld } from '../../../src/actions/canary-gate/scoring.ts';
import { metric, noSamples } from './metric.ts';

const thresholds = { passScore: 95, marginalScore: 75 };

function assessment(decision: Decision, options: Parameters<typeof metric>[0] = {}): Assessment {
  return {
    metric: metric(options),
    decision,
    reason: '',
    arms: { baseline: noSamples, canary: noSamples },
    comparison: undefined,
    threshold: undefined,
  };
}
const verdict = (...assessments: Assessment[]) => verdictOf(assessments, thresholds);
const many = (count: number, decision: Decision) => Array.from({ length: count }, () => assessment(decision));

describe('verdict and score', () => {
  it('is the share of weight that is good', () => {
    assert.deepEqual(verdict(...many(4, 'pass')), { verdict: 'pass', score: 100 });
    assert.deepEqual(verdict(...many(4, 'pass'), ...many(1, 'fail')), { verdict: 'marginal', score: 80 });
    assert.deepEqual(verdict(...many(2, 'pass'), ...many(1, 'fail')), { verdict: 'fail', score: 66.7 });
    assert.deepEqual(verdict(assessment('pass', { weight: 19 }), assessment('fail')), { verdict: 'pass', score: 95 });
  });

  it('fails with a critical metric, whatever the others weigh', () => {
    assert.equal(verdict(...many(99, 'pass'), assessment('fail', { critical: true })).verdict, 'fail');
  });

  it('is inconclusive where what is open could turn it, and only there', () => {
    assert.equal(verdict(...many(4, 'pass'), ...many(1, 'inconclusive')).verdict, 'inconclusive');
    assert.deepEqual(verdict(...many(99, 'pass'), ...many(1, 'inconclusive')), { verdict: 'pass', score: 99 });
    assert.equal(verdict(...many(99, 'pass'), assessment('inconclusive', { critical: true })).verdict, 'inconclusive');
    assert.equal(verdict(...many(2, 'fail'), ...many(1, 'inconclusive')).verdict, 'fail');
    assert.equal(verdict(assessment('fail', { critical: true }), ...many(9, 'inconclusive')).verdict, 'fail');
  });

  it('counts a metric without data as open, unless it may be left out', () => {
    assert.equal(verdict(...many(4, 'pass'), assessment('no-data')).verdict, 'inconclusive');
    assert.equal(verdict(...many(4, 'pass'), assessment('no-data', { mustHaveData: false })).verdict, 'pass');
  });

  it('has nothing to pass on where nothing was seen', () => {
    assert.deepEqual(verdict(), { verdict: 'inconclusive', score: 0 });
    assert.deepEqual(verdict(assessment('no-data', { mustHaveData: false })), { verdict: 'inconclusive', score: 0 });
    assert.equal(verdict(assessment('pass', { weight: 0 })).verdict, 'inconclusive');
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
        assert.ok(rank[found.verdict] <= rank[before.verdict], `${before.verdict} became ${found.verdict}`);
        assert.ok(found.score <= before.score);
      }),
      { seed: 17, numRuns: 500 },
    );
  });

  it('does not let a trial pass that the metrics server broke off', () => {
    const judgement = (decision: Decision) => ({ ...verdict(assessment(decision)), assessments: [] });
    assert.equal(withheld(judgement('pass'), { ended: 'provider-lost' }).verdict, 'inconclusive');
    assert.equal(withheld(judgement('fail'), { ended: 'provider-lost' }).verdict, 'fail');
    assert.equal(withheld(judgement('pass'), { ended: 'complete' }).verdict, 'pass');
  });
});
