import type { KubernetesObject } from '../objects/object.ts';

/** The pods of a workload. */
export interface PodSet {
  /** Pods of the revision that is being rolled out. */
  readonly current: readonly KubernetesObject[];
  /** Pods of earlier revisions that still exist. */
  readonly old: readonly KubernetesObject[];
  /** The objects that create the pods. They report why a pod can't be created. */
  readonly creators: readonly KubernetesObject[];
  readonly desired: number;
  /** How many of the desired pods may be unavailable while the workload still counts as available. */
  readonly maxUnavailable: number;
  /** The controller counts failed attempts itself (a Job's `backoffLimit`), so one crash doesn't fail the workload. */
  readonly countsAttempts: boolean;
}

/** `maxUnavailable` as Kubernetes reads it: a number, or a percentage of `total`. */
export function portion(value: unknown, total: number, fallback: number): number {
  if (typeof value === 'number') return value;
  const percent = typeof value === 'string' ? /^(\d+)%$/.exec(value)?.[1] : undefined;
  return percent === undefined ? fallback : Math.floor((Number(percent) * total) / 100);
}
