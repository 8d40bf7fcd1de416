import type { Sampling } from '../sampling/samples.ts';
import { type CanaryVerdict, isLeftOut, type Judgment, type MetricAssessment } from './judgment.ts';

export interface ScoreThresholds {
  readonly passScore: number;
  readonly marginalScore: number;
}

/**
 * Verdict and score. What is still open counts once as bad and once as good: where both give the same verdict, that is it,
 * otherwise the evidence does not reach and the verdict is `inconclusive`. The score is the lower of the two: what is shown to be good.
 * A failed critical metric fails the gate. Metrics without data are open, unless their config lets them be left out;
 * where nothing is left there is nothing to pass on.
 */
export function scoreAndVerdict(
  assessments: readonly MetricAssessment[],
  thresholds: ScoreThresholds,
): Omit<Judgment, 'assessments'> {
  const counted = assessments.filter((assessment) => !isLeftOut(assessment));
  const weight = (of: readonly MetricAssessment[]) => of.reduce((total, { metric }) => total + metric.weight, 0);
  const total = weight(counted);
  if (total === 0) return { verdict: 'inconclusive', score: 0 };
  const [worst, best] = [false, true].map((openIsGood): { score: number; verdict: CanaryVerdict } => {
    const isGood = ({ decision }: MetricAssessment) => decision === 'pass' || (openIsGood && decision !== 'fail');
    const score = (100 * weight(counted.filter(isGood))) / total;
    const criticalFails = counted.some((assessment) => assessment.metric.critical && !isGood(assessment));
    return { score, verdict: criticalFails ? 'fail' : classified(score, thresholds) };
  });
  const score = Math.round((worst?.score ?? 0) * 10) / 10;
  return { verdict: worst && worst.verdict === best?.verdict ? worst.verdict : 'inconclusive', score };
}

/** A sampling that the metrics server broke off can show that a canary is bad, but not that it is good. */
export function withoutUnprovenPass(judgement: Judgment, { ended }: Pick<Sampling, 'ended'>): Judgment {
  return ended !== 'provider-lost' || judgement.verdict === 'fail'
    ? judgement
    : { ...judgement, verdict: 'inconclusive' };
}

function classified(score: number, { passScore, marginalScore }: ScoreThresholds): CanaryVerdict {
  if (score >= passScore) return 'pass';
  return score >= marginalScore ? 'marginal' : 'fail';
}
