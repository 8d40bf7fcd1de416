import type { KubernetesObject } from '../object.ts';

/** A fact of the API that speaks against a rollout. */
export interface Evidence {
  /** Where it was read: a waiting container, one that ended, the scheduler, a controller that creates pods, a volume, a probe. */
  readonly source: 'waiting' | 'crash' | 'scheduling' | 'creation' | 'mount' | 'probe';
  readonly reason: string;
  readonly message: string;
  readonly exitCode?: number;
  readonly signal?: number;
  readonly restarts?: number;
  readonly init?: boolean;
  /** The object it is about: a pod, or what creates the pods. */
  readonly object: KubernetesObject;
  readonly container?: string;
}
