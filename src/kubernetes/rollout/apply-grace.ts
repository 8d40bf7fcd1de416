import { areFatal, type Finding, preventCompletion, REPLACEMENT_TIME } from '../failures/findings.ts';
import type { PodSet } from '../pods/pod-set.ts';
import type { FailureTimers } from './failure-timers.ts';

/** Findings after their graces were applied. */
export interface GracedFindings {
  /** The findings; those past their grace come first. */
  readonly findings: readonly Finding[];
  /** When the result may change, in ms since the epoch. */
  readonly recheckAt?: number;
  /** The first finding, if the rollout can't succeed anymore. */
  readonly fatal?: Finding;
}

/** Puts the findings past their grace first, and decides whether the rollout can still succeed. @param now milliseconds since the epoch. */
export function applyGrace(
  findings: readonly Finding[],
  pods: PodSet | undefined,
  timers: FailureTimers,
  now: number,
): GracedFindings {
  const expiry = new Map(findings.map((each) => [each, timers.expiresAt(each.key, each.cause)]));
  const expiredFor = (ms: number) => findings.filter((each) => each.isFinal && (expiry.get(each) ?? now) + ms <= now);
  const expired = expiredFor(0);
  const [first] = expired;
  const isFatal = pods && (areFatal(expired, pods) || preventCompletion(expiredFor(REPLACEMENT_TIME), pods));
  return {
    findings: [...expired, ...findings.filter((each) => !expired.includes(each))],
    ...timers.nextExpiry([...expiry.values()].flatMap((time) => [time, time + REPLACEMENT_TIME])),
    ...(first && isFatal ? { fatal: first } : {}),
  };
}
