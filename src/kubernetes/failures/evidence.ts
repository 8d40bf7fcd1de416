import type { KubernetesObject } from '../objects/object.ts';
import type { ContainerRole } from '../pods/containers.ts';

/** A fact from the API that shows a problem with a rollout. */
export interface Evidence {
  readonly source: EvidenceSource;
  readonly reason: string;
  readonly message: string;
  readonly exitCode?: number;
  readonly signal?: number;
  readonly restarts?: number;
  /** The object it is about: a pod, or the object that creates the pods. */
  readonly object: KubernetesObject;
  readonly container?: string;
  readonly part?: ContainerRole;
  /** The container that exited runs again, or is about to, and may stay up this time. */
  readonly isPast?: true;
  /** The PersistentVolumeClaim of the pod that it is about. */
  readonly claim?: string;
  /** Since when it has been so, in ms since the epoch by the cluster's clock, if an object says so. */
  readonly since?: number;
  /** What to do, if more is known than its cause. */
  readonly hint?: string;
}

/** Where the evidence was found. */
export type EvidenceSource =
  /** A container that waits to be started. */
  | 'waiting'
  /** A container that exited. */
  | 'crash'
  /** The scheduler. */
  | 'scheduling'
  /** A controller that creates pods. */
  | 'creation'
  /** The node, before it starts the first container: volumes and network. */
  | 'setup'
  /** The provisioner of a volume. */
  | 'provisioning'
  | 'probe'
  /** A readiness gate of the pod. */
  | 'gate'
  /** A node that is lost, or that evicted or rejected the pod. */
  | 'node'
  /** Nothing has failed: something takes long. */
  | 'hold-up';
