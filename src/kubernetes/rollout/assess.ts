import type { Clock } from '../../action/clock.ts';
import { shortDigest } from '../../action/markdown.ts';
import type { CauseId } from '../doom/causes.ts';
import { areFatal, type Finding, findingsOf } from '../doom/findings.ts';
import { isReady } from '../doom/pod-evidence.ts';
import { counted, type Health, type PodSet, type Verdict } from '../health/rule.ts';
import { judge, ruleFor } from '../health/rules.ts';
import { groupOf, type KubernetesObject } from '../object.ts';
import type { Relations } from '../relations.ts';
import { type ExpectedImage, type ImageProof, proveImage } from './expected-image.ts';
import { type ExpectedRevision, proveRevision } from './expected-revision.ts';
import { Troubles } from './troubles.ts';

/** How a target stands, all things considered. */
export interface Assessment {
  readonly status: Health;
  readonly message: string;
  readonly ready?: number;
  readonly total?: number;
  /** Why it failed. */
  readonly cause?: CauseId;
  /** What speaks against it, whether it counts already or not; the first cause first. */
  readonly findings: readonly Finding[];
  /** How each expected image stands in a workload. */
  readonly images: readonly ProvenImage[];
  /** Pods of earlier revisions that still run. */
  readonly oldPods: number;
  /** When the next grace runs out, in ms since the epoch: nothing else may tell. */
  readonly lookAgainAt?: number;
  /** Superseded by a commit that contains the expected one and is in place. */
  readonly contained?: true;
}

export interface ProvenImage {
  readonly expected: ExpectedImage;
  readonly proof: ImageProof;
}

type Early = Pick<Assessment, 'status' | 'message' | 'contained'>;

interface Options {
  readonly clock: Clock;
  readonly images: readonly ExpectedImage[];
  readonly revision: ExpectedRevision | undefined;
  /** Graces that the user set, in ms by cause. */
  readonly graces: ReadonlyMap<CauseId, number>;
}

/** Events of the cluster's clock may be so many ms before ours and still be of now. */
const SKEW = 120_000;

/** Judges one target again and again, and remembers what a single look can't tell: since when, and what was there before. */
export class Assessor {
  readonly #options: Options;
  readonly #startedAt: number;
  readonly #troubles: Troubles;
  #last: KubernetesObject | undefined;
  #hadExpectedImage = false;
  #hadExpectedRevision = false;

  constructor(options: Options) {
    this.#options = options;
    this.#startedAt = options.clock.now();
    this.#troubles = new Troubles(options.clock, options.graces);
  }

  /** When a finding was first seen, in ms since the epoch. */
  since({ key }: Finding): number {
    return this.#troubles.since(key);
  }

  assess(
    object: KubernetesObject | undefined,
    lastSeen: KubernetesObject | undefined,
    relations: Relations,
  ): Assessment {
    if (object === undefined) return this.#absent(lastSeen ?? this.#last);
    this.#troubles.end('not-found', 'deleted');
    this.#last = object;
    const pods = ruleFor(groupOf(object), object.kind)?.workload?.pods(object, relations);
    const assessment = this.#present(object, pods, relations);
    return { ...assessment, oldPods: pods ? liveOld(pods).length : 0 };
  }

  #absent(last: KubernetesObject | undefined): Assessment {
    // A finished Job may remove itself (ttlSecondsAfterFinished); its last state stands.
    const finished =
      last?.kind === 'Job'
        ? judge({ ...last, metadata: { ...last.metadata, deletionTimestamp: undefined } })
        : undefined;
    if (finished?.status === 'current' || finished?.status === 'failed')
      return { ...finished, message: `${finished.message} (and removed since)`, findings: [], images: [], oldPods: 0 };
    const cause = last ? 'deleted' : 'not-found';
    return { ...this.#failing(cause, last ? 'was deleted' : 'does not exist'), findings: [], images: [], oldPods: 0 };
  }

  #present(object: KubernetesObject, pods: PodSet | undefined, relations: Relations): Omit<Assessment, 'oldPods'> {
    const verdict = judge(object);
    if (verdict.status !== 'failed') this.#troubles.endVerdicts();
    const images = pods
      ? this.#options.images.map((expected) => {
          // Before it is current its pods may be those of the revision before: nothing to ask a registry about.
          const isSettled = verdict.status === 'current';
          return { expected, proof: proveImage(expected, object, isSettled ? pods : undefined) };
        })
      : [];
    const seen = { ...counts(verdict), images, findings: [] };
    if (verdict.status === 'suspended') return { ...seen, status: 'suspended', message: verdict.message };
    const early = this.#imageElsewhere(images) ?? this.#revision(object, verdict);
    if (early) return { ...seen, ...early };

    const findings = pods ? findingsOf(pods, relations, this.#startedAt - SKEW) : [];
    this.#troubles.remember(findings, pods);
    const now = this.#options.clock.now();
    const ends = new Map(findings.map((each) => [each, this.#troubles.countsAt(each.key, each.cause)]));
    const counting = findings.filter((each) => each.isFinal && (ends.get(each) ?? now) <= now);
    const found = {
      ...seen,
      findings: [...counting, ...findings.filter((each) => !counting.includes(each))],
      ...this.#troubles.lookAgain([...ends.values()]),
    };
    const [first] = counting;
    if (pods && first && verdict.status !== 'current' && areFatal(counting, pods))
      return { ...found, status: 'failed', cause: first.cause, message: verdict.message };
    if (verdict.status === 'failed') return { ...found, ...this.#failing(verdict.cause, verdict.message) };
    if (verdict.status !== 'current') return { ...found, status: verdict.status, message: verdict.message };
    return { ...found, ...proven(verdict, pods, images) };
  }

  /** The spec names another image: the change has not come yet, or something newer has taken its place. */
  #imageElsewhere(images: readonly ProvenImage[]): Early | undefined {
    for (const { proof } of images) {
      if (proof.kind !== 'elsewhere') continue;
      if (!this.#hadExpectedImage) return { status: 'progressing', message: proof.message };
      const message = proof.message.replace(', not yet', ', no longer');
      return { status: 'superseded', message: `another image took its place: ${message}` };
    }
    if (images.some(({ proof }) => 'pinned' in proof && proof.pinned)) this.#hadExpectedImage = true;
    return undefined;
  }

  /** What the commit says; undefined where it is in place, or none is expected of this kind. */
  #revision(object: KubernetesObject, verdict: Verdict): Early | undefined {
    const { revision: expected } = this.#options;
    const delivery = ruleFor(groupOf(object), object.kind)?.delivery;
    if (!expected || !delivery) return undefined;
    const proof = proveRevision(expected, delivery.delivered(object), this.#hadExpectedRevision);
    switch (proof.kind) {
      case 'applied':
        this.#hadExpectedRevision = true;
        return undefined;
      case 'newer': {
        if (verdict.status === 'progressing') return undefined;
        const message = `a newer commit, ${proof.commit.slice(0, 9)}, is applied`;
        return { status: 'superseded', message, ...(verdict.status === 'current' ? { contained: true } : {}) };
      }
      case 'replaced':
        return { status: 'superseded', message: `commit ${proof.commit.slice(0, 9)} took its place` };
      case 'pending':
        // A failure that this commit has not caused does not speak against it.
        if (verdict.status === 'failed' && (proof.attempted || verdict.blocking)) return undefined;
        return { status: 'progressing', message: proof.message };
    }
  }

  /** A failure told by the object itself; it is one once it has lasted for the grace of its cause. */
  #failing(cause: CauseId, message: string) {
    this.#troubles.begin(cause);
    const end = this.#troubles.countsAt(cause, cause);
    if (end <= this.#options.clock.now()) return { status: 'failed', cause, message } as const;
    return { status: 'progressing', message, ...this.#troubles.lookAgain([end]) } as const;
  }
}

/** A workload that says it is current, held against its pods. */
function proven(verdict: Verdict, pods: PodSet | undefined, images: readonly ProvenImage[]): Early {
  if (pods && !pods.countsAttempts) {
    const old = liveOld(pods).length;
    if (old > 0) return { status: 'progressing', message: `${counted(old, 'old pod')} left` };
    const ready = pods.current.filter((pod) => isReady(pod) && pod.metadata.deletionTimestamp === undefined).length;
    if (ready < pods.desired)
      return { status: 'progressing', message: `${ready}/${pods.desired} pods of the new revision ready` };
  }
  for (const { proof } of images)
    if (proof.kind === 'pending' || proof.kind === 'asking') return { status: 'progressing', message: proof.message };
  const ran = images.flatMap(({ expected, proof }) => (proof.kind === 'proven' ? describeProof(expected, proof) : []));
  return { status: 'current', message: [verdict.message, ...ran].join(', ') };
}

function describeProof(
  { digest }: ExpectedImage,
  { pods, platforms }: Extract<ImageProof, { kind: 'proven' }>,
): string[] {
  const note = platforms.length > 0 ? ` (${platforms.join(', ')} of the index)` : '';
  return pods === 0 ? [] : [`${pods === 1 ? 'its pod runs' : 'all pods run'} ${shortDigest(digest)}${note}`];
}

function liveOld(pods: PodSet): readonly KubernetesObject[] {
  return pods.old.filter(({ metadata, ...pod }) => {
    const status = pod['status'];
    const phase = typeof status === 'object' && status !== null && 'phase' in status ? status.phase : undefined;
    return metadata.deletionTimestamp === undefined && phase !== 'Failed' && phase !== 'Succeeded';
  });
}

function counts({ ready, total }: Verdict) {
  return { ...(ready === undefined ? {} : { ready }), ...(total === undefined ? {} : { total }) };
}
