import { counted } from '../../../core/counted.ts';
import { formatDuration } from '../../../core/duration.ts';
import { ActionError } from '../../../core/error.ts';
import type { Log } from '../../../core/log.ts';
import { type CanaryVerdict, isLeftOut, type MetricAssessment } from '../judges/judgment.ts';
import { formatNumber } from '../metric/format.ts';
import { missingCount } from '../samples/samples.ts';
import { describeEffect } from './effect.ts';
import type { GateFindings } from './findings.ts';

const SYMBOLS: Readonly<Record<MetricAssessment['decision'], string>> = {
  pass: '✓',
  fail: '✗',
  inconclusive: '?',
  'no-data': '?',
};

type BadVerdict = Exclude<CanaryVerdict, 'pass'>;

const REMEDIES: Readonly<Record<BadVerdict, string>> = {
  fail: 'Send the traffic back to the baseline and look into these metrics of the canary; the job summary shows both arms.',
  marginal:
    'Look into the metrics that did not pass before you promote the canary, or allow marginal verdicts with `fail-on: fail, inconclusive`.',
  inconclusive:
    'Watch longer, take samples more often, send the canary more traffic, or widen margins that are smaller than the noise; the job summary shows what is missing.',
};

const EMPTY_QUERIES =
  "Try the queries that found nothing on the metrics server's own page, and correct them or the values of `baseline` and `canary`; `dry-run: true` shows at once what each query returns.";

/**
 * Logs the decision on each metric and the verdict.
 * @throws ActionError `canary-fail`, `canary-marginal` or `canary-inconclusive` if `fail-on` contains the verdict
 */
export function reportVerdict({ plan, sampling, judgment }: Omit<GateFindings, 'queries'>, log: Log): void {
  const { verdict, score, assessments } = judgment;
  for (const assessment of assessments) log.info(`  ${SYMBOLS[assessment.decision]} ${explain(assessment)}`);
  const duration = `${formatDuration(sampling.endedAt - sampling.startedAt)}, ${counted(sampling.rounds.length, 'sample round')}`;
  const sentence = `The canary's verdict is ${verdict} (score ${formatNumber(score)}) after ${duration}`;
  if (verdict === 'pass') {
    log.info(`✓ ${sentence}.`);
    return;
  }
  const serverLost = sampling.ended === 'provider-lost' ? ['the metrics server stopped answering'] : [];
  const worst = notPassed(assessments)
    .sort((a, b) => severity(a) - severity(b))
    .slice(0, 3)
    .map(explain);
  const reasons = [...serverLost, ...worst];
  const message = `${sentence}: ${reasons.length > 0 ? reasons.join('; ') : 'no metric had any data'}.`;
  if (!plan.failOn.includes(verdict)) log.warning(message);
  else throw new ActionError({ code: `canary-${verdict}`, message, remedy: remedyFor(verdict, assessments) });
}

/** More samples don't help if a query finds nothing at all, or selects the wrong series. */
function remedyFor(verdict: BadVerdict, assessments: readonly MetricAssessment[]): string {
  if (verdict !== 'inconclusive') return REMEDIES[verdict];
  const candidates = notPassed(assessments);
  const special = candidates.find(({ remedy }) => remedy !== undefined)?.remedy;
  if (special !== undefined) return special;
  const hasEmptyQuery = candidates.some(({ arms }) =>
    Object.values(arms).some((arm) => arm.values.length === 0 && missingCount(arm) > 0),
  );
  return hasEmptyQuery ? EMPTY_QUERIES : REMEDIES.inconclusive;
}

function notPassed(assessments: readonly MetricAssessment[]): MetricAssessment[] {
  return assessments.filter((each) => each.decision !== 'pass' && !isLeftOut(each));
}

/** `error rate: higher by more than the margin, +381 % (+350 … +402), margin 20 %` */
function explain({ metric, reason, comparison }: MetricAssessment): string {
  return `${metric.name}: ${reason}${comparison ? `, ${describeEffect(metric, comparison)}` : ''}`;
}

/** 0 for a failed critical metric: the order of the reasons. */
function severity({ decision, metric }: MetricAssessment): number {
  return (decision === 'fail' ? 0 : 2) + (metric.critical ? 0 : 1);
}
