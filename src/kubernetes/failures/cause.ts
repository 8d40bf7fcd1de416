import type { ContainerRole, EvidenceSource } from './evidence.ts';

/** Why a rollout fails. Data only: a new cause is an entry here and a row in the tests. */
export interface Cause {
  /** What the workload's sentence ends with: `deployment/shop can't become ready: its image does not exist`. */
  readonly summary: string;
  /** What to check or change, in a sentence or two. */
  readonly hint: string;
  /** How long it must have lasted before it counts, in ms; `transient` never counts, it is only shown. */
  readonly grace: number | 'transient';
  /** A container that ran and ended: where a controller counts attempts by itself (a Job), that is not yet the end. */
  readonly isFailedAttempt?: true;
  /** What is lacking may be what pods of the workload still take that are on their way out: it counts once they are gone. */
  readonly lacksCapacity?: true;
  /** The evidence that names it; causes are tried in their order here. None: told by a kind's own status. */
  readonly when?: readonly Pattern[];
}

/** What an evidence must be like to name the cause. */
export interface Pattern {
  readonly source: EvidenceSource;
  readonly reason?: RegExp;
  readonly message?: RegExp;
  readonly exitCode?: number;
  readonly part?: ContainerRole;
}

/** Graces are written in seconds, kept in ms. */
export const seconds = (seconds: number) => seconds * 1000;
