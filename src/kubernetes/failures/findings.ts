import type { PodSet } from '../health/rule/kind-rule.ts';
import type { Relations } from '../objects/relations.ts';
import { isLive } from '../pods/pod-state.ts';
import { type CauseId, causeOf, causeOfEvidence } from './causes.ts';
import { creationEvidence } from './creation-evidence.ts';
import type { Evidence } from './evidence.ts';
import { type PodHistory, podEvidence } from './pod-evidence.ts';

/** An evidence with its cause. */
export interface Finding {
  readonly cause: CauseId;
  readonly evidence: Evidence;
  /** Where and what, equal as long as it is the same trouble. */
  readonly key: string;
  /** Whether it is the end by itself; a failed attempt of a Job is not, its controller decides; nor one of a container that runs again, or of room that is being made. */
  readonly isFinal: boolean;
}

/** Everything that speaks against the pods of a workload, what passes by itself last. @param memory events before its `since` are of an earlier try. */
export function findingsOf(pods: PodSet, relations: Relations, memory: PodHistory): readonly Finding[] {
  const missing = pods.current.filter(isLive).length < pods.desired;
  const evidences = [
    ...pods.current.map((pod) => podEvidence(pod, relations, memory)),
    ...(missing ? pods.creators.map((maker) => creationEvidence(maker, relations, memory.since)) : []),
  ];
  const isMakingRoom = [...pods.old, ...pods.current].some(({ metadata }) => metadata.deletionTimestamp !== undefined);
  const findings = evidences.flatMap((evidence) => {
    const cause = evidence && causeOfEvidence(evidence);
    if (!cause) return [];
    const { isFailedAttempt, lacksCapacity } = causeOf(cause);
    const isPassing = evidence.isPast || (pods.countsAttempts && isFailedAttempt) || (lacksCapacity && isMakingRoom);
    const key = `${placeOf(evidence)}/${evidence.container ?? ''}/${cause}${lacksCapacity && isMakingRoom ? '/room' : ''}`;
    return [{ cause, evidence, isFinal: !isPassing, key }];
  });
  const passes = (finding: Finding) => Number(causeOf(finding.cause).grace === 'transient');
  return [...new Map(findings.map((finding) => [finding.key, finding])).values()].sort((a, b) => passes(a) - passes(b));
}

/** A pod that its node has given up is replaced: what becomes of the next one is the same trouble of whoever makes them. */
function placeOf({ source, object: { metadata } }: Evidence): string {
  const owner = source === 'node' ? metadata.owners.find(({ controller }) => controller) : undefined;
  return owner?.uid ?? metadata.uid;
}

/**
 * Whether findings that count leave too few pods: more can't be created or become ready than may be unavailable, or not one pod of the
 * revision is left that could. (Where pods are replaced one by one, the first broken one is all of them.)
 */
export function areFatal(findings: readonly Finding[], pods: PodSet): boolean {
  const { existing, broken, isBarred } = countOf(findings, pods);
  if (isBarred) return existing === 0 || existing - broken < pods.desired - pods.maxUnavailable;
  return broken > 0 && (broken > pods.maxUnavailable || broken >= existing);
}

/**
 * How long broken pods that may be unavailable are given to be replaced, in ms: one pod may be broken by its node. The rollout is
 * not complete without them, so a cause that stays is the end all the same.
 */
export const REPLACEMENT_TIME = 60_000;

/** Whether findings that count leave fewer pods than the workload must have to be complete. */
export function preventCompletion(findings: readonly Finding[], pods: PodSet): boolean {
  const { existing, broken } = countOf(findings, pods);
  return findings.length > 0 && existing - broken < pods.desired;
}

/** `isBarred`: no more pods can be created, or none that a node admits. */
function countOf(findings: readonly Finding[], pods: PodSet) {
  const broken = findings.filter(({ evidence: { source } }) => source !== 'creation' && source !== 'node').length;
  return { existing: pods.current.filter(isLive).length, broken, isBarred: broken < findings.length };
}
