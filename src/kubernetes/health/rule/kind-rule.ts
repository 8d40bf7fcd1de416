import type { StatusCauseId } from '../../failures/causes.ts';
import type { KubernetesObject } from '../../objects/object.ts';
import type { Relations } from '../../objects/relations.ts';
import type { ResourceType } from '../../objects/resource-type.ts';
import type { PodSet } from '../../pods/pod-set.ts';

export type HealthStatus = 'current' | 'progressing' | 'failed' | 'paused' | 'superseded' | 'suspended' | 'unknown';

/** What an object's own status says about its rollout. */
export type HealthVerdict = {
  /** The progress, or what is missing: `2/3 updated, 1 old pod left`. */
  readonly message: string;
  readonly ready?: number;
  readonly total?: number;
} & (
  | {
      readonly status: Exclude<HealthStatus, 'failed'>;
      /**
       * The object only looks current: it has no status yet, or its status doesn't say which of several generations it describes.
       * The verdict counts once it has lasted for a while.
       */
      readonly assumed?: 'status' | 'generation';
      /** Another object must be ready first. The message names it. */
      readonly waitsForDependency?: true;
      /** The controller is making another attempt, so the failure of the last one still applies. */
      readonly retrying?: true;
      /** The commits that are being applied, or that the object is suspended with. A suspended one without them can't apply any. */
      readonly concerns?: ConcernedCommits;
    }
  | {
      readonly status: 'failed';
      /** The object counts as failed once the cause has lasted for its grace. */
      readonly cause: StatusCauseId;
      /** Without it, the failure is about the last attempt of `gitOpsRevisions`. */
      readonly concerns?: ConcernedCommits;
    }
);

/** Which commits a verdict on a GitOps object is about. */
export type ConcernedCommits =
  /** No commit can be applied, whichever it is. */
  | { readonly kind: 'every' }
  | { readonly kind: 'revisions'; readonly revisions: readonly string[] }
  /** The controller names no commit: it is what Git held when it looked. `lookedAt`: ms since the epoch by the cluster's clock. */
  | { readonly kind: 'latest'; readonly lookedAt: number };

/** How the status of one kind is read. */
export interface HealthRule {
  readonly group: string;
  readonly kind: string;
  /** The generation that the status describes, if `status.observedGeneration` of this kind is written only after a success. */
  observedGeneration?(object: KubernetesObject): number | undefined;
  /** The controller writes `status.observedGeneration` as soon as it sees an object, so an object without it hasn't been seen. */
  readonly writesObservedGeneration?: true;
  /** Called only if the status describes the current generation and the object isn't being deleted. */
  judge(object: KubernetesObject): HealthVerdict;
  /** How to find the pods of this kind. Without it the object's own status decides alone. */
  readonly workload?: WorkloadRule;
  /** The commits that a GitOps object has applied. Without it no commit is expected of this kind. */
  gitOpsRevisions?(object: KubernetesObject): GitOpsRevisions;
}

/** A rule written as code: one small file per kind, listed in ../kind-rules.ts. */
export interface KindRule extends HealthRule {
  /** The rule in words. docs/readiness.md is generated from them. */
  readonly describe: RuleDescription;
}

export interface RuleDescription {
  readonly current: string;
  readonly failed?: string;
  /** When it counts as paused or suspended. */
  readonly stopped?: string;
}

export interface WorkloadRule {
  /** The kinds that `pods` needs besides the workload itself. */
  readonly reads: readonly ResourceType[];
  pods(object: KubernetesObject, relations: Relations): PodSet;
}

/** Commits (or other revisions) of a GitOps object; several if it has several sources. */
export interface GitOpsRevisions {
  /** What the controller compared the cluster with. They are applied, too, if the object is current. */
  readonly compared: readonly string[];
  /** Those that the cluster runs, as far as is known. */
  readonly applied: readonly string[];
  /** The last attempt, whether it succeeded or not. */
  readonly attempted: readonly string[];
  /** Applied before the present ones. */
  readonly earlier: readonly string[];
}
