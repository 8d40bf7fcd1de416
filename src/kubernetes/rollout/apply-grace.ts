import { areFatal, type Finding, preventCompletion, REPLACEMENT } from '../failures/findings.ts';
import type { PodSet } from '../health/rule/kind-rule.ts';
import type { Troubles } from './failure-timers.ts';

/** What findings come to by now. */
export interface Weighed {
  /** Those that count first. */
  readonly findings: readonly Finding[];
  /** When they may come to something else, in ms since the epoch. */
  readonly lookAgainAt?: number;
  /** The first that is the end of the rollout. */
  readonly fatal?: Finding;
}

/** Holds findings against their graces, and against the pods that the workload can do without. @param now milliseconds since the epoch. */
export function weigh(
  findings: readonly Finding[],
  pods: PodSet | undefined,
  troubles: Troubles,
  now: number,
): Weighed {
  const ends = new Map(findings.map((each) => [each, troubles.countsAt(each.key, each.cause)]));
  const lasting = (ms: number) => findings.filter((each) => each.isFinal && (ends.get(each) ?? now) + ms <= now);
  const counting = lasting(0);
  const [first] = counting;
  const isTheEnd = pods && (areFatal(counting, pods) || preventCompletion(lasting(REPLACEMENT), pods));
  return {
    findings: [...counting, ...findings.filter((each) => !counting.includes(each))],
    ...troubles.lookAgain([...ends.values()].flatMap((end) => [end, end + REPLACEMENT])),
    ...(first && isTheEnd ? { fatal: first } : {}),
  };
}
