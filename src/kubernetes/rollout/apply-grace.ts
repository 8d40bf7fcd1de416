import { areFatal, type Finding, preventCompletion, REPLACEMENT_TIME } from '../failures/findings.ts';
import type { PodSet } from '../pods/pod-set.ts';
import type { FailureTimers } from './failure-timers.ts';

/** What findings come to by now. */
export interface GracedFindings {
  /** Those that count first. */
  readonly findings: readonly Finding[];
  /** When they may come to something else, in ms since the epoch. */
  readonly recheckAt?: number;
  /** The first that is the end of the rollout. */
  readonly fatal?: Finding;
}

/** Holds findings against their graces, and against the pods that the workload can do without. @param now milliseconds since the epoch. */
export function applyGrace(
  findings: readonly Finding[],
  pods: PodSet | undefined,
  troubles: FailureTimers,
  now: number,
): GracedFindings {
  const ends = new Map(findings.map((each) => [each, troubles.expiresAt(each.key, each.cause)]));
  const lasting = (ms: number) => findings.filter((each) => each.isFinal && (ends.get(each) ?? now) + ms <= now);
  const counting = lasting(0);
  const [first] = counting;
  const isTheEnd = pods && (areFatal(counting, pods) || preventCompletion(lasting(REPLACEMENT_TIME), pods));
  return {
    findings: [...counting, ...findings.filter((each) => !counting.includes(each))],
    ...troubles.nextExpiry([...ends.values()].flatMap((end) => [end, end + REPLACEMENT_TIME])),
    ...(first && isTheEnd ? { fatal: first } : {}),
  };
}
