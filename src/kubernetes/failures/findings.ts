import type { Relations } from '../objects/relations.ts';
import type { PodSet } from '../pods/pod-set.ts';
import { isLive } from '../pods/pod-state.ts';
import { type CauseId, causeOf, causeOfEvidence } from './causes.ts';
import { creationEvidence } from './creation-evidence.ts';
import type { Evidence } from './evidence.ts';
import { podEvidence } from './pod-evidence.ts';
import type { PodHistory } from './pod-history.ts';

/** Evidence with its cause. */
export interface Finding {
  readonly cause: CauseId;
  readonly evidence: Evidence;
  /** Object and cause. It stays the same as long as the problem does. */
  readonly key: string;
  /**
   * Whether the finding can fail the rollout. It can't if a Job still counts attempts, if the container runs again, or if terminating
   * pods are about to free the missing capacity.
   */
  readonly isFinal: boolean;
}

/** The problems of a workload's pods, transient ones last. */
export function findingsOf(pods: PodSet, relations: Relations, history: PodHistory): readonly Finding[] {
  const isMissingPods = pods.current.filter(isLive).length < pods.desired;
  const evidences = [
    ...pods.current.map((pod) => podEvidence(pod, relations, history)),
    ...(isMissingPods ? pods.creators.map((creator) => creationEvidence(creator, relations, history.since)) : []),
  ];
  const isTerminating = [...pods.old, ...pods.current].some(({ metadata }) => metadata.deletionTimestamp !== undefined);
  const findings = evidences.flatMap((evidence) => {
    const cause = evidence && causeOfEvidence(evidence);
    if (!cause) return [];
    const { isFailedAttempt, lacksCapacity } = causeOf(cause);
    const awaitsCapacity = lacksCapacity && isTerminating;
    const mayPass = evidence.isPast || (pods.countsAttempts && isFailedAttempt) || awaitsCapacity;
    // The time that a container takes to end after its first kill is no time of crashing.
    const phase = awaitsCapacity ? '/capacity' : evidence.isPast && evidence.reason === 'Killing' ? '/first-kill' : '';
    const key = `${subjectOf(evidence)}/${evidence.container ?? ''}/${cause}${phase}`;
    return [{ cause, evidence, isFinal: !mayPass, key }];
  });
  const order = ({ cause }: Finding) => Number(causeOf(cause).grace === 'transient');
  return [...new Map(findings.map((finding) => [finding.key, finding])).values()].sort((a, b) => order(a) - order(b));
}

/** A pod that its node evicted or rejected is replaced. If the replacement fails too, it is the same problem: that of their controller. */
function subjectOf({ source, object: { metadata } }: Evidence): string {
  const owner = source === 'node' ? metadata.owners.find(({ controller }) => controller) : undefined;
  return owner?.uid ?? metadata.uid;
}

/**
 * Whether the findings leave too few pods: more pods are broken or can't be created than may be unavailable, or every pod of the revision
 * is broken. (In a rolling update that replaces one pod at a time, the first broken pod is all of them.)
 */
export function areFatal(findings: readonly Finding[], pods: PodSet): boolean {
  const { existing, broken, isBlocked } = countOf(findings, pods);
  if (isBlocked) return existing === 0 || existing - broken < pods.desired - pods.maxUnavailable;
  return broken > 0 && (broken > pods.maxUnavailable || broken >= existing);
}

/**
 * How long broken pods that may be unavailable have to be replaced, in ms: a single pod may be broken because of its node. The rollout
 * isn't complete without them, so a cause that lasts longer fails it.
 */
export const REPLACEMENT_TIME = 60_000;

/** Whether the findings leave fewer pods than a complete rollout needs. */
export function preventCompletion(findings: readonly Finding[], pods: PodSet): boolean {
  const { existing, broken } = countOf(findings, pods);
  return findings.length > 0 && existing - broken < pods.desired;
}

/** `isBlocked`: no more pods can be created, or no node accepts them. */
function countOf(findings: readonly Finding[], pods: PodSet) {
  const broken = findings.filter(({ evidence: { source } }) => source !== 'creation' && source !== 'node').length;
  return { existing: pods.current.filter(isLive).length, broken, isBlocked: broken < findings.length };
}
