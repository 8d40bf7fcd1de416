import type { CauseId } from '../../failures/causes.ts';
import type { KubernetesObject } from '../../objects/object.ts';
import type { Relations } from '../../objects/relations.ts';
import type { ResourceType } from '../../objects/resource-type.ts';

export type HealthStatus = 'current' | 'progressing' | 'failed' | 'paused' | 'superseded' | 'suspended' | 'unknown';

/** What an object says about its own rollout. */
export type HealthVerdict = {
  /** What is still missing, or how it stands: `2/3 updated, 1 old pod left`. */
  readonly message: string;
  readonly ready?: number;
  readonly total?: number;
} & (
  | {
      readonly status: Exclude<HealthStatus, 'failed'>;
      /**
       * Current only because nobody says otherwise: no controller has written a status, or the status does not tell of which generation
       * it is, and there have been several. It counts once that has lasted a while.
       */
      readonly assumed?: 'status' | 'generation';
      /** Something else must come first: its message says what. */
      readonly waitsForDependency?: true;
      /** Another attempt is under way: what it said of the one before still stands. */
      readonly retrying?: true;
    }
  /** Failed counts once it has lasted for the grace of its cause. */
  | {
      readonly status: 'failed';
      readonly cause: CauseId;
      /** It keeps every commit from being applied, not only the last one tried. */
      readonly blocksEveryCommit?: true;
    }
);

/** How one kind is read: one small file each, listed in rules.ts. */
export interface KindRule {
  readonly group: string;
  readonly kind: string;
  /** The generation that the status is of, for kinds whose `status.observedGeneration` only follows a success. */
  observedGeneration?(object: KubernetesObject): number | undefined;
  /** Called only when the status is of the current generation and the object is not being deleted. */
  judge(object: KubernetesObject): HealthVerdict;
  /** Kinds that run pods. */
  readonly workload?: WorkloadRule;
  /** Kinds that apply commits. */
  readonly delivery?: DeliveryRule;
}

/** Where the pods of a workload are. */
export interface WorkloadRule {
  /** The kinds that `pods` looks at, beside the workload itself. */
  readonly reads: readonly ResourceType[];
  pods(object: KubernetesObject, relations: Relations): PodSet;
}

export interface PodSet {
  /** Pods of the revision that is being rolled out. */
  readonly current: readonly KubernetesObject[];
  /** Pods of earlier revisions that are still there. */
  readonly old: readonly KubernetesObject[];
  /** The objects that create the pods: where failures to create are told. */
  readonly creators: readonly KubernetesObject[];
  readonly desired: number;
  /** How many of them may be unavailable while the workload still counts as available. */
  readonly maxUnavailable: number;
  /** Failed attempts are counted by the controller itself (a Job's backoffLimit): a crash is not yet the end. */
  readonly countsAttempts: boolean;
}

/** Which commits a GitOps object has applied. */
export interface DeliveryRule {
  delivered(object: KubernetesObject): Delivered;
}

export interface Delivered {
  /** Commits (or other revisions) in place now; several for several sources. */
  readonly applied: readonly string[];
  /** The commits of the last attempt, whatever came of it. */
  readonly attempted: readonly string[];
  /** Commits that were in place before. */
  readonly earlier: readonly string[];
}

/** A number or percentage of `total` (`maxUnavailable`), as Kubernetes reads it. */
export function portion(value: unknown, total: number, fallback: number): number {
  if (typeof value === 'number') return value;
  const percent = typeof value === 'string' ? /^(\d+)%$/.exec(value)?.[1] : undefined;
  return percent === undefined ? fallback : Math.floor((Number(percent) * total) / 100);
}
