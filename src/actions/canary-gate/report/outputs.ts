import type { JsonObject } from '../../../json/json.ts';
import type { ArmComparison } from '../judges/judgment.ts';
import { type ArmSamples, missingCount } from '../samples/samples.ts';
import type { GateFindings } from './findings.ts';

/** The output `metrics`. */
export function metricsOutput({ judgment, queries }: Pick<GateFindings, 'judgment' | 'queries'>) {
  return judgment.assessments.map(({ metric, decision, reason, arms, comparison, threshold }) => ({
    name: metric.name,
    decision,
    reason,
    direction: metric.direction,
    critical: metric.critical,
    weight: metric.weight,
    unit: metric.unit,
    samples: { baseline: sampleCounts(arms.baseline), canary: sampleCounts(arms.canary) },
    ...(comparison ? { effect: effectOutput(comparison) } : {}),
    ...(metric.threshold && threshold ? { threshold: { ...metric.threshold, ...threshold } } : {}),
    queries: queries.get(metric.name) ?? {},
  }));
}

function sampleCounts(arm: ArmSamples) {
  return { taken: arm.values.length, missing: missingCount(arm) };
}

function effectOutput({ shift, ...comparison }: ArmComparison) {
  return {
    ...comparison,
    lower: shift.lower,
    estimate: shift.estimate,
    upper: shift.upper,
    // JSON has no infinity: a ratio to a mean of 0 is null.
    meanRatio: Number.isFinite(comparison.meanRatio) ? comparison.meanRatio : null,
  };
}

/** The details of the delivery record. */
export function recordDetails({ plan, sampling, judgment }: GateFindings): JsonObject {
  return {
    verdict: judgment.verdict,
    score: judgment.score,
    judge: plan.judge.name,
    mode: plan.sampling.mode,
    looks: sampling.rounds.length,
    planned: sampling.planned,
    ended: sampling.ended,
    metrics: judgment.assessments.map(({ metric, decision, reason }) => ({ name: metric.name, decision, reason })),
  };
}
