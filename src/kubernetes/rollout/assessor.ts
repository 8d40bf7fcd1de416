import type { Clock } from '../../core/clock.ts';
import { defined } from '../../core/defined.ts';
import type { CauseId } from '../failures/causes.ts';
import { type Finding, findingsOf } from '../failures/findings.ts';
import { judgeHealth, notObservedYet } from '../health/health.ts';
import { ruleFor } from '../health/kind-rules.ts';
import type { HealthVerdict } from '../health/rule/kind-rule.ts';
import { groupOf, type KubernetesObject, shortName } from '../objects/object.ts';
import type { Relations } from '../objects/relations.ts';
import type { PodSet } from '../pods/pod-set.ts';
import { isLive, isReady } from '../pods/pod-state.ts';
import { applyGrace } from './apply-grace.ts';
import type { EarlyAssessment, RolloutAssessment } from './assessment.ts';
import { AssumedStatus } from './assumed-status.ts';
import { confirmCurrent, liveOldPods } from './confirm-current.ts';
import { Crashes } from './crashes.ts';
import { type Disturbance, latestDisturbance } from './disturbances.ts';
import { ImageCheck, RevisionCheck } from './expectation-checks.ts';
import type { ExpectedImage } from './expected-image.ts';
import type { ExpectedRevision } from './expected-revision.ts';
import { FailureTimers } from './failure-timers.ts';
import { FinishedJobPods } from './finished-job-pods.ts';
import { type ProvenImage, proveImage } from './image-proof.ts';
import { podCounts } from './verdict-parts.ts';

interface AssessorOptions {
  readonly clock: Clock;
  /** How far the cluster's clock is ahead of ours, in ms. */
  readonly clockSkew?: number;
  readonly expectedImages: readonly ExpectedImage[];
  readonly expectedRevision: ExpectedRevision | undefined;
  /** Whether an object takes its commits from the repository of the expected one. Default: every object does. */
  readonly isRevisionExpectedOf?: (object: KubernetesObject) => boolean;
  /** Graces set by the user, in ms by cause. */
  readonly graces: ReadonlyMap<CauseId, number>;
}

/** Events up to this long before the start of the wait, in ms, still belong to this rollout. */
const LOOKBACK = 120_000;

/** Assesses one target again and again. Remembers what its present state doesn't show, such as how long a problem has lasted. */
export class Assessor {
  readonly #options: AssessorOptions;
  readonly #startedAt: number;
  readonly #timers: FailureTimers;
  readonly #crashes: Crashes;
  readonly #assumedStatus: AssumedStatus;
  readonly #jobPods = new FinishedJobPods();
  readonly #imageCheck = new ImageCheck();
  readonly #revisionCheck: RevisionCheck;
  /** The failure that the target's own status reports, or reported before the retry that is under way. */
  #reported: CauseId | undefined;
  #last: KubernetesObject | undefined;

  constructor(options: AssessorOptions) {
    this.#options = options;
    this.#startedAt = options.clock.now();
    this.#timers = new FailureTimers(options.clock, options.graces);
    this.#assumedStatus = new AssumedStatus(options.clock);
    this.#crashes = new Crashes(options.clock, options.clockSkew ?? 0);
    this.#revisionCheck = new RevisionCheck(
      options.expectedRevision,
      this.#startedAt + (options.clockSkew ?? 0),
      options.isRevisionExpectedOf ?? (() => true),
    );
  }

  /** When a finding was first seen, in ms since the epoch. */
  since({ key }: Finding): number {
    return this.#timers.startedAt(key);
  }

  /** Forgets how long the present problems have lasted. */
  restartGraces(): void {
    this.#reported = undefined;
    this.#timers.reset();
  }

  /** @param object undefined if it does not exist. @param lastSeen its last state if it was deleted. */
  assess(
    object: KubernetesObject | undefined,
    lastSeen: KubernetesObject | undefined,
    relations: Relations,
  ): RolloutAssessment {
    const assessment = object
      ? this.#assessObject(object, relations)
      : this.#assessAbsence(lastSeen ?? this.#last, relations);
    this.#timers.clearVerdicts(this.#reported);
    return assessment;
  }

  #assessAbsence(last: KubernetesObject | undefined, relations: Relations): RolloutAssessment {
    // A finished Job may remove itself (ttlSecondsAfterFinished). Its last state still counts.
    if (last?.kind === 'Job') {
      const finished = { ...last, metadata: { ...last.metadata, deletionTimestamp: undefined } };
      const { status } = judgeHealth(finished);
      if (status === 'current' || status === 'failed') {
        const assessment = this.#assessObject(finished, relations);
        return { ...assessment, message: `${assessment.message} (and removed since)` };
      }
    }
    const [cause, message] = last ? (['deleted', 'was deleted'] as const) : (['not-found', 'does not exist'] as const);
    return { ...this.#failAfterGrace(cause, message), findings: [], imageProofs: [], oldPods: 0 };
  }

  #assessObject(object: KubernetesObject, relations: Relations): RolloutAssessment {
    this.#last = object;
    const pods = ruleFor(groupOf(object), object.kind)?.workload?.pods(object, relations);
    return { ...this.#assessWithPods(object, pods, relations), oldPods: pods ? liveOldPods(pods).length : 0 };
  }

  #assessWithPods(
    object: KubernetesObject,
    pods: PodSet | undefined,
    relations: Relations,
  ): Omit<RolloutAssessment, 'oldPods'> {
    const { verdict, ...recheck } = this.#assumedStatus.apply(judgeHealth(object), object);
    if (verdict.status === 'failed' || !verdict.retrying) this.#reported = undefined;
    const imageProofs = pods ? this.#proveImages(object, pods, verdict) : [];
    const base = { ...podCounts(verdict), ...recheck, imageProofs, findings: [] };
    const { status, message } = verdict;
    if (status === 'suspended' && verdict.concerns === undefined)
      return { ...base, status, message, ...this.#revisionCheck.awaited(object) };
    const early = this.#imageCheck.check(imageProofs) ?? this.#revisionCheck.check(object, verdict);
    if (early) return { ...base, ...early };

    // Until the controller has observed the spec, all pods belong to an earlier one.
    const findings = pods && !notObservedYet(object) ? this.#findProblems(pods, relations) : [];
    const recovering = pods && this.#trackRecovery(findings, pods);
    const { fatal, ...graced } = applyGrace(findings, pods, this.#timers, this.#options.clock.now());
    const result = { ...base, ...graced };
    // While a container is being killed, its pod may still look ready.
    if (fatal && (verdict.status !== 'current' || fatal.evidence.reason === 'Killing'))
      return { ...result, status: 'failed', cause: fatal.cause, message: verdict.message };
    if (verdict.status === 'failed') {
      const failure = this.#failAfterGrace(verdict.cause, verdict.message);
      // A commit that can't be read is not applied either.
      return { ...result, ...failure, ...this.#revisionCheck.awaited(object) };
    }
    if (verdict.status !== 'current') return { ...result, status: verdict.status, message: verdict.message };
    const { cause, ...confirmed } = confirmCurrent(verdict, pods, imageProofs);
    if (cause) return { ...result, ...this.#failAfterGrace(cause, confirmed.message) };
    if (confirmed.status === 'current' && recovering) return { ...result, ...recovering };
    return { ...result, ...confirmed, ...defined({ disturbed: pods && this.#disturbance(pods, relations) }) };
  }

  /** By our clock. */
  #disturbance(pods: PodSet, relations: Relations): Disturbance | undefined {
    if (pods.countsAttempts) return undefined;
    const latest = latestDisturbance(pods.current.filter(isLive), relations);
    return latest && { ...latest, at: latest.at - (this.#options.clockSkew ?? 0) };
  }

  #proveImages(object: KubernetesObject, pods: PodSet, verdict: HealthVerdict): readonly ProvenImage[] {
    // Until the workload is current its pods may belong to the previous revision. A Job has only one revision.
    const matchesSpec = verdict.status === 'current' || pods.countsAttempts;
    const allPods = this.#jobPods.withFinished(pods);
    return this.#options.expectedImages.map((expectedImage) => ({
      expectedImage,
      proof: proveImage(expectedImage, object, { pods: allPods, matchesSpec }),
    }));
  }

  #findProblems(pods: PodSet, relations: Relations): readonly Finding[] {
    this.#crashes.observe(pods.countsAttempts ? [] : pods.current.filter(isLive), relations);
    const since = this.#startedAt + (this.#options.clockSkew ?? 0) - LOOKBACK;
    const isRecovering = (pod: KubernetesObject) => this.#crashes.recoversAt(pod) !== undefined;
    return findingsOf(pods, relations, {
      since,
      isRecovering,
      ranOutOfMemory: (...of) => this.#crashes.ranOutOfMemory(...of),
    });
  }

  /** Updates the timers. @returns undefined, or what to wait for if pods crashed a moment ago. */
  #trackRecovery(
    findings: readonly Finding[],
    pods: PodSet,
  ): (EarlyAssessment & { readonly recheckAt: number }) | undefined {
    const live = pods.current.filter(isLive);
    const recovering = live.flatMap((pod) => {
      const recoversAt = this.#crashes.recoversAt(pod);
      return recoversAt === undefined ? [] : [{ pod, recoversAt }];
    });
    const creators = live.length < pods.desired ? pods.creators : [];
    const unstable = [...creators, ...live.filter((pod) => !isReady(pod)), ...recovering.map(({ pod }) => pod)];
    this.#timers.track(findings, new Set(unstable.map(({ metadata }) => metadata.uid)));
    const [first] = recovering;
    if (!first) return undefined;
    const kill = findings.find(({ evidence }) => evidence.object === first.pod && evidence.reason === 'Killing');
    const recheckAt = Math.max(...recovering.map(({ recoversAt }) => recoversAt));
    const name = shortName(first.pod);
    const message = kill
      ? `${name} is being killed: ${kill.evidence.message}`
      : `${name} crashed and must stay up for a while`;
    return { status: 'progressing', message, recheckAt };
  }

  /** A failure that the target's own status reports. It counts once it has lasted for the grace of its cause. */
  #failAfterGrace(cause: CauseId, message: string) {
    this.#reported = cause;
    this.#timers.start(cause);
    const expiresAt = this.#timers.expiresAt(cause, cause);
    if (expiresAt <= this.#options.clock.now()) return { status: 'failed', cause, message } as const;
    return { status: 'progressing', message, ...this.#timers.nextExpiry([expiresAt]) } as const;
  }
}
