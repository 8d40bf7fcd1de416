import { counted } from '../../../core/counted.ts';
import { formatDuration } from '../../../core/duration.ts';
import { ActionError } from '../../../core/error.ts';
import type { Log } from '../../../core/log.ts';
import type { JsonObject } from '../../../json/json.ts';
import { type CanaryVerdict, isLeftOut, type Judgment, type MetricAssessment } from '../judges/judgment.ts';
import { formatNumber } from '../metric/format.ts';
import type { GateInputs } from '../plan.ts';
import { missingCount, type Sampling } from '../sampling/samples.ts';
import { describeEffect } from './effect.ts';

const SIGNS: Readonly<Record<MetricAssessment['decision'], string>> = {
  pass: '✓',
  fail: '✗',
  inconclusive: '?',
  'no-data': '?',
};

const REMEDIES: Readonly<Record<Exclude<CanaryVerdict, 'pass'>, string>> = {
  fail: 'Set the traffic back to the baseline and look at these metrics of the canary; the job summary shows both arms.',
  marginal:
    'Look at the metrics that are not good before promoting, or let marginal canaries pass with `fail-on: fail, inconclusive`.',
  inconclusive:
    'Watch longer or look more often, send the canary more traffic, or widen a margin that is finer than the noise; the job summary says what is lacking.',
};

const EMPTY =
  'Try the queries that found nothing in the metrics server’s own page, and correct them or the values of `baseline` and `canary`; `dry-run: true` shows at once what each query gives.';

/** Logs the decision on each metric and the verdict. @throws ActionError `canary-fail`, `canary-marginal`, `canary-inconclusive` as `fail-on` says */
export function reportVerdict(inputs: GateInputs, sampling: Sampling, judgement: Judgment, log: Log): void {
  const { verdict, score, assessments } = judgement;
  for (const assessment of assessments) log.info(`  ${SIGNS[assessment.decision]} ${explained(assessment)}`);
  const span = `${formatDuration(sampling.endedAt - sampling.startedAt)}, ${counted(sampling.rounds.length, 'look')}`;
  const sentence = `The canary's verdict is ${verdict} (score ${formatNumber(score)}) after ${span}`;
  if (verdict === 'pass') {
    log.info(`✓ ${sentence}.`);
    return;
  }
  const because = assessments
    .filter((each) => each.decision !== 'pass' && !isLeftOut(each))
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, 3)
    .map(explained);
  const lost = sampling.ended === 'provider-lost' ? ['the metrics server stopped answering'] : [];
  const reasons = [...lost, ...because];
  const message = `${sentence}: ${reasons.length > 0 ? reasons.join('; ') : 'no metric had any data'}.`;
  if (!inputs.failOn.includes(verdict)) log.warning(message);
  else throw new ActionError({ code: `canary-${verdict}`, message, remedy: remedyFor(verdict, assessments) });
}

/** More looks don't help where a query finds nothing at all, or the wrong thing. */
function remedyFor(verdict: Exclude<CanaryVerdict, 'pass'>, assessments: readonly MetricAssessment[]): string {
  const open = assessments.filter((each) => each.decision !== 'pass' && !isLeftOut(each));
  const own = open.find(({ remedy }) => remedy !== undefined)?.remedy;
  if (verdict === 'inconclusive' && own !== undefined) return own;
  const empty = open.some(({ arms }) =>
    Object.values(arms).some((arm) => arm.values.length === 0 && missingCount(arm) > 0),
  );
  return verdict === 'inconclusive' && empty ? EMPTY : REMEDIES[verdict];
}

/** `error rate: higher by more than the margin, +381 % (+350 … +402), margin 20 %` */
function explained({ metric, reason, comparison }: MetricAssessment): string {
  return `${metric.name}: ${reason}${comparison ? `, ${describeEffect(metric, comparison)}` : ''}`;
}

function rank({ decision, metric }: MetricAssessment): number {
  return (decision === 'fail' ? 0 : 2) + (metric.critical ? 0 : 1);
}

/** What the delivery record keeps. */
export function recordDetails(inputs: GateInputs, sampling: Sampling, judgement: Judgment): JsonObject {
  return {
    verdict: judgement.verdict,
    score: judgement.score,
    judge: inputs.judge,
    mode: inputs.mode,
    looks: sampling.rounds.length,
    planned: sampling.planned,
    ended: sampling.ended,
    metrics: judgement.assessments.map(({ metric, decision, reason }) => ({ name: metric.name, decision, reason })),
  };
}
