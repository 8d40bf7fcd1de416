import type { PodSet } from '../health/rule.ts';
import { type KubernetesObject, shortName } from '../object.ts';
import type { Relations } from '../relations.ts';
import { type CauseId, causeOf, causeOfEvidence } from './causes.ts';
import { creationEvidence } from './creation-evidence.ts';
import type { Evidence } from './evidence.ts';
import { podEvidence } from './pod-evidence.ts';
import { isLive } from './pod-state.ts';

/** An evidence with its cause. */
export interface Finding {
  readonly cause: CauseId;
  readonly evidence: Evidence;
  /** Where and what, equal as long as it is the same trouble. */
  readonly key: string;
  /** Whether it is the end by itself; a failed attempt of a Job is not, its controller decides. */
  readonly isFinal: boolean;
}

/** Everything that speaks against the pods of a workload. @param since events before it are of an earlier try (ms since the epoch). */
export function findingsOf(pods: PodSet, relations: Relations, since: number): readonly Finding[] {
  const missing = pods.current.filter(isLive).length < pods.desired;
  const evidences = [
    ...pods.current.map((pod) => podEvidence(pod, relations)),
    ...(missing ? pods.makers.map((maker) => creationEvidence(maker, relations, since)) : []),
  ];
  return evidences.flatMap((evidence) => {
    const cause = evidence && causeOfEvidence(evidence);
    if (!cause) return [];
    const { object, container = '' } = evidence;
    const isFinal = !(pods.countsAttempts && causeOf(cause).isAttempt);
    return [{ cause, evidence, isFinal, key: `${object.metadata.uid}/${container}/${cause}` }];
  });
}

/**
 * Whether findings that count leave too few pods: more can't be created or become ready than may be unavailable, or not one pod of the
 * revision is left that could. (Where pods are replaced one by one, the first broken one is all of them.)
 */
export function areFatal(findings: readonly Finding[], pods: PodSet): boolean {
  const { existing, broken, isBarred } = countOf(findings, pods);
  if (isBarred) return existing === 0 || existing - broken < pods.desired - pods.tolerated;
  return broken > 0 && (broken > pods.tolerated || broken >= existing);
}

/**
 * How long broken pods that may be unavailable are given to be replaced, in ms: one pod may be broken by its node. The rollout is
 * not complete without them, so a cause that stays is the end all the same.
 */
export const REPLACEMENT = 60_000;

/** Whether findings that count leave fewer pods than the workload must have to be complete. */
export function preventCompletion(findings: readonly Finding[], pods: PodSet): boolean {
  const { existing, broken } = countOf(findings, pods);
  return findings.length > 0 && existing - broken < pods.desired;
}

/** `isBarred`: no more pods can be created. */
function countOf(findings: readonly Finding[], pods: PodSet) {
  const broken = findings.filter(({ evidence }) => evidence.source !== 'creation').length;
  return { existing: pods.current.filter(isLive).length, broken, isBarred: broken < findings.length };
}

/** `deployment/shop → replicaset/shop-6f7c7 → pod/shop-6f7c7-x2x9k → container app`: the way down to the trouble. */
export function pathTo(target: KubernetesObject, { evidence }: Finding): string {
  const { object, container, init } = evidence;
  const owner = object.metadata.owners.find(({ controller }) => controller);
  const between =
    owner && owner.uid !== target.metadata.uid && object.kind === 'Pod'
      ? [`${owner.kind.toLowerCase()}/${owner.name}`]
      : [];
  const own = object.metadata.uid === target.metadata.uid ? [] : [...between, shortName(object)];
  const inside = container ? [`${init ? 'init container' : 'container'} ${container}`] : [];
  return [shortName(target), ...own, ...inside].join(' → ');
}

/** `OOMKilled  exit code 137 (signal 9), 4 restarts`, `ImagePullBackOff  …: not found`. */
export function describeEvidence({ reason, message, exitCode, signal, restarts }: Evidence): string {
  const ending = [
    ...(exitCode === undefined ? [] : [`exit code ${exitCode}${signal === undefined ? '' : ` (signal ${signal})`}`]),
    ...(restarts ? [`${restarts} restart${restarts === 1 ? '' : 's'}`] : []),
  ].join(', ');
  return [reason, ending, message.replace(/\s+/g, ' ').trim()].filter((part) => part !== '').join('  ');
}
