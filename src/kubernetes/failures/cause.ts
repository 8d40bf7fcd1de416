import type { ContainerRole } from '../pods/containers.ts';
import type { EvidenceSource } from './evidence.ts';

/** Why a rollout fails. */
interface CauseText {
  /** Ends the sentence about the workload: `deployment/shop can't become ready: its image does not exist`. */
  readonly summary: string;
  /** What to check or change, in one or two sentences. */
  readonly hint: string;
  /** How long the cause must last before the rollout counts as failed, in ms. `transient`: it is shown, but never fails the rollout. */
  readonly grace: number | 'transient';
  /** A container ran and exited. If a controller counts attempts (a Job), this doesn't fail the workload. */
  readonly isFailedAttempt?: true;
  /** Terminating pods of the workload may still hold what is missing, so the cause counts only once they are gone. */
  readonly lacksCapacity?: true;
}

/** A cause that is recognized by evidence about pods. */
export interface EvidenceCause extends CauseText {
  /** Any of these patterns identifies the cause. Causes are tried in the order in which they are listed. */
  readonly when: readonly Pattern[];
}

/** A cause that the rule of a kind reports from the object's own status. */
export interface StatusCause extends CauseText {
  readonly when?: never;
}

export type Cause = EvidenceCause | StatusCause;

/** What evidence must look like. */
export interface Pattern {
  readonly source: EvidenceSource;
  readonly reason?: RegExp;
  readonly message?: RegExp;
  readonly exitCode?: number;
  readonly part?: ContainerRole;
}

/** Graces are written in seconds and kept in ms. */
export const seconds = (count: number) => count * 1000;
