import type { Sampling } from '../samples/samples.ts';
import { type CanaryVerdict, isLeftOut, type Judgment, type MetricAssessment } from './judgment.ts';

export interface ScoreThresholds {
  readonly passScore: number;
  readonly marginalScore: number;
}

/**
 * Verdict and score of the assessed metrics. The score is the share of the weight that has passed.
 *
 * Undecided metrics (inconclusive or without data) are counted twice: once as failed, once as passed. If both give the same verdict,
 * that's the verdict; otherwise it's `inconclusive`. A failed critical metric fails the gate. Metrics that are left out don't count;
 * if no metric counts, the verdict is `inconclusive`.
 */
export function scoreAndVerdict(
  assessments: readonly MetricAssessment[],
  thresholds: ScoreThresholds,
): Omit<Judgment, 'assessments'> {
  const counted = assessments.filter((assessment) => !isLeftOut(assessment));
  const total = totalWeight(counted);
  if (total === 0) return { verdict: 'inconclusive', score: 0 };
  const outcome = (undecidedPass: boolean): { score: number; verdict: CanaryVerdict } => {
    const passes = ({ decision }: MetricAssessment) => decision === 'pass' || (undecidedPass && decision !== 'fail');
    const score = (100 * totalWeight(counted.filter(passes))) / total;
    const criticalFails = counted.some((assessment) => assessment.metric.critical && !passes(assessment));
    return { score, verdict: criticalFails ? 'fail' : verdictFor(score, thresholds) };
  };
  const [worst, best] = [outcome(false), outcome(true)];
  return {
    verdict: worst.verdict === best.verdict ? worst.verdict : 'inconclusive',
    score: Math.round(worst.score * 10) / 10,
  };
}

/** Sampling that ended because the metrics server failed can show that a canary is bad, but not that it's good. */
export function inconclusiveIfServerLost(judgment: Judgment, { ended }: Pick<Sampling, 'ended'>): Judgment {
  return ended !== 'provider-lost' || judgment.verdict === 'fail' ? judgment : { ...judgment, verdict: 'inconclusive' };
}

function totalWeight(assessments: readonly MetricAssessment[]): number {
  return assessments.reduce((total, { metric }) => total + metric.weight, 0);
}

function verdictFor(score: number, { passScore, marginalScore }: ScoreThresholds): CanaryVerdict {
  if (score >= passScore) return 'pass';
  return score >= marginalScore ? 'marginal' : 'fail';
}
