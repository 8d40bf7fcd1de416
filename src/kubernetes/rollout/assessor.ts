import type { Clock } from '../../core/clock.ts';
import type { CauseId } from '../failures/causes.ts';
import { type Finding, findingsOf } from '../failures/findings.ts';
import { judgeHealth, notObservedYet } from '../health/health.ts';
import { ruleFor } from '../health/kind-rules.ts';
import type { HealthStatus, HealthVerdict } from '../health/rule/kind-rule.ts';
import { groupOf, type KubernetesObject } from '../objects/object.ts';
import type { Relations } from '../objects/relations.ts';
import type { PodSet } from '../pods/pod-set.ts';
import { isLive, isReady } from '../pods/pod-state.ts';
import { applyGrace } from './apply-grace.ts';
import { AssumedStatus } from './assumed-status.ts';
import { confirmCurrent, liveOldPods } from './confirm-current.ts';
import { Crashes } from './crashes.ts';
import type { ExpectedImage } from './expected-image.ts';
import { type ExpectedRevision, proveRevision } from './expected-revision.ts';
import { FailureTimers } from './failure-timers.ts';
import { FinishedJobPods } from './finished-job-pods.ts';
import { type ProvenImage, proveImage } from './image-proof.ts';
import { podCounts, withDependency } from './verdict-parts.ts';

/** How a target stands, all things considered. */
export interface RolloutAssessment {
  readonly status: HealthStatus;
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
  readonly recheckAt?: number;
  /** The expected commit was not even tried yet: what is wrong now is not of its making. */
  readonly awaitsRevision?: true;
  /** Superseded by a commit that contains the expected one and is in place. */
  readonly contained?: true;
}

type Early = Pick<RolloutAssessment, 'status' | 'message' | 'contained' | 'awaitsRevision'>;

interface Options {
  readonly clock: Clock;
  /** By how much the clock of the cluster is ahead of ours, in ms. */
  readonly ahead?: number;
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
  readonly #troubles: FailureTimers;
  readonly #crashes: Crashes;
  readonly #silence: AssumedStatus;
  readonly #work = new FinishedJobPods();
  /** What the object says of itself in this look (or said before it tries again), where that is a failure. */
  #said: CauseId | undefined;
  #last: KubernetesObject | undefined;
  #hadExpectedImage = false;
  #hadExpectedRevision = false;

  constructor(options: Options) {
    this.#options = options;
    this.#startedAt = options.clock.now();
    this.#troubles = new FailureTimers(options.clock, options.graces);
    this.#silence = new AssumedStatus(options.clock);
    this.#crashes = new Crashes(options.clock, options.ahead ?? 0);
  }

  /** When a finding was first seen, in ms since the epoch. */
  since({ key }: Finding): number {
    return this.#troubles.startedAt(key);
  }

  assess(
    object: KubernetesObject | undefined,
    lastSeen: KubernetesObject | undefined,
    relations: Relations,
  ): RolloutAssessment {
    const assessment = object ? this.#whole(object, relations) : this.#absent(lastSeen ?? this.#last, relations);
    this.#troubles.clearVerdicts(this.#said);
    return assessment;
  }

  #absent(last: KubernetesObject | undefined, relations: Relations): RolloutAssessment {
    // A finished Job may remove itself (ttlSecondsAfterFinished); its last state stands.
    if (last?.kind === 'Job') {
      const finished = { ...last, metadata: { ...last.metadata, deletionTimestamp: undefined } };
      const { status } = judgeHealth(finished);
      if (status === 'current' || status === 'failed') {
        const assessment = this.#whole(finished, relations);
        return { ...assessment, message: `${assessment.message} (and removed since)` };
      }
    }
    const [cause, message] = last ? (['deleted', 'was deleted'] as const) : (['not-found', 'does not exist'] as const);
    return { ...this.#failing(cause, message), findings: [], images: [], oldPods: 0 };
  }

  #whole(object: KubernetesObject, relations: Relations): RolloutAssessment {
    this.#last = object;
    const pods = ruleFor(groupOf(object), object.kind)?.workload?.pods(object, relations);
    return { ...this.#present(object, pods, relations), oldPods: pods ? liveOldPods(pods).length : 0 };
  }

  #present(
    object: KubernetesObject,
    pods: PodSet | undefined,
    relations: Relations,
  ): Omit<RolloutAssessment, 'oldPods'> {
    const { verdict, ...again } = this.#silence.apply(judgeHealth(object), object);
    if (verdict.status === 'failed' || !verdict.retrying) this.#said = undefined;
    const images = pods ? this.#prove(object, pods, verdict) : [];
    const seen = { ...podCounts(verdict), ...again, images, findings: [] };
    if (verdict.status === 'suspended') return { ...seen, status: 'suspended', message: verdict.message };
    const early = this.#otherImage(images) ?? this.#revision(object, verdict);
    if (early) return { ...seen, ...early };

    // Of a spec that nobody has looked at there are no pods yet: those that are there are of the one before.
    const findings = pods && !notObservedYet(object) ? this.#find(pods, relations) : [];
    const recovering = pods && this.#follow(findings, pods);
    const { fatal, ...weighed } = applyGrace(findings, pods, this.#troubles, this.#options.clock.now());
    const found = { ...seen, ...weighed };
    if (fatal && verdict.status !== 'current')
      return { ...found, status: 'failed', cause: fatal.cause, message: verdict.message };
    if (verdict.status === 'failed') return { ...found, ...this.#failing(verdict.cause, verdict.message) };
    if (verdict.status !== 'current') return { ...found, status: verdict.status, message: verdict.message };
    const { cause, ...judged } = confirmCurrent(verdict, pods, images);
    if (cause) return { ...found, ...this.#failing(cause, judged.message) };
    return judged.status === 'current' && recovering ? { ...found, ...recovering } : { ...found, ...judged };
  }

  #prove(object: KubernetesObject, pods: PodSet, verdict: HealthVerdict): readonly ProvenImage[] {
    // Before it is current its pods may be those of the revision before; a Job has but one.
    const sight = {
      pods: this.#work.withFinished(pods),
      isSettled: verdict.status === 'current' || pods.countsAttempts,
    };
    return this.#options.images.map((expected) => ({ expected, proof: proveImage(expected, object, sight) }));
  }

  #find(pods: PodSet, relations: Relations): readonly Finding[] {
    this.#crashes.observe(pods.countsAttempts ? [] : pods.current.filter(isLive));
    const isRecovering = (pod: KubernetesObject) => this.#crashes.recoversAt(pod) !== undefined;
    return findingsOf(pods, relations, { since: this.#startedAt + (this.#options.ahead ?? 0) - SKEW, isRecovering });
  }

  /** Remembers what was found; answers what is to be waited for where pods have crashed a moment ago. */
  #follow(findings: readonly Finding[], pods: PodSet): (Early & { readonly recheckAt: number }) | undefined {
    const live = pods.current.filter(isLive);
    const recovering = live.flatMap((pod) => {
      const recoversAt = this.#crashes.recoversAt(pod);
      return recoversAt === undefined ? [] : [{ pod, recoversAt }];
    });
    const makers = live.length < pods.desired ? pods.creators : [];
    const unsettled = [...makers, ...live.filter((pod) => !isReady(pod)), ...recovering.map(({ pod }) => pod)];
    this.#troubles.track(findings, new Set(unsettled.map(({ metadata }) => metadata.uid)));
    const [first] = recovering;
    if (!first) return undefined;
    const recheckAt = Math.max(...recovering.map(({ recoversAt }) => recoversAt));
    const message = `pod/${first.pod.metadata.name} has crashed and must stay up for a while`;
    return { status: 'progressing', message, recheckAt };
  }

  /** The spec names another image: the change has not come yet, or something newer has taken its place. */
  #otherImage(images: readonly ProvenImage[]): Early | undefined {
    for (const { proof } of images) {
      if (proof.kind !== 'other-image') continue;
      if (!this.#hadExpectedImage) return { status: 'progressing', message: proof.message };
      const message = proof.message.replace(', not yet', ', no longer');
      return { status: 'superseded', message: `another image took its place: ${message}` };
    }
    if (images.some(({ proof }) => 'pinned' in proof && proof.pinned)) this.#hadExpectedImage = true;
    return undefined;
  }

  /** What the commit says; undefined where it is in place, or none is expected of this kind. */
  #revision(object: KubernetesObject, verdict: HealthVerdict): Early | undefined {
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
        if (verdict.status === 'failed' && (proof.attempted || verdict.blocksEveryCommit)) return undefined;
        return {
          status: 'progressing',
          message: withDependency(proof.message, verdict),
          ...(proof.attempted ? {} : { awaitsRevision: true }),
        };
    }
  }

  /** A failure told by the object itself; it is one once it has lasted for the grace of its cause. */
  #failing(cause: CauseId, message: string) {
    this.#said = cause;
    this.#troubles.start(cause);
    const end = this.#troubles.expiresAt(cause, cause);
    if (end <= this.#options.clock.now()) return { status: 'failed', cause, message } as const;
    return { status: 'progressing', message, ...this.#troubles.nextExpiry([end]) } as const;
  }
}
