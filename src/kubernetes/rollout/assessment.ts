import type { CauseId } from '../failures/causes.ts';
import type { Finding } from '../failures/findings.ts';
import type { HealthStatus } from '../health/rule/kind-rule.ts';
import type { Disturbance } from './disturbances.ts';
import type { ProvenImage } from './image-proof.ts';

/** The state of a target: its status, pods, images and commit together. */
export interface RolloutAssessment {
  readonly status: HealthStatus;
  readonly message: string;
  readonly ready?: number;
  readonly total?: number;
  /** Why it failed. */
  readonly cause?: CauseId;
  /** The problems of its pods, including those within their grace. The first one decides. */
  readonly findings: readonly Finding[];
  /** Whether the workload runs each expected image. */
  readonly imageProofs: readonly ProvenImage[];
  /** How many pods of earlier revisions still run. */
  readonly oldPods: number;
  /** Of a current target: the latest sign that its pods were not well. */
  readonly disturbed?: Disturbance;
  /** When to assess again even if nothing changes, in ms since the epoch. */
  readonly recheckAt?: number;
  /** The expected commit has not been tried yet, so it didn't cause the present problems. */
  readonly awaitsRevision?: true;
  /** Superseded by a commit that contains the expected one and is current. */
  readonly contained?: true;
}

/** Why the pods of a target don't matter yet, or anymore. */
export type EarlyAssessment = Pick<RolloutAssessment, 'status' | 'message' | 'contained' | 'awaitsRevision'>;
