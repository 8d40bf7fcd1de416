import type { KubernetesObject } from '../objects/object.ts';

/** A fact of the API that speaks against a rollout. */
export interface Evidence {
  readonly source: EvidenceSource;
  readonly reason: string;
  readonly message: string;
  readonly exitCode?: number;
  readonly signal?: number;
  readonly restarts?: number;
  /** The object it is about: a pod, or what creates the pods. */
  readonly object: KubernetesObject;
  readonly container?: string;
  readonly part?: ContainerRole;
  /** The container that ended runs again: it may stay up now. */
  readonly isPast?: true;
  /** The PersistentVolumeClaim of the pod that it is about. */
  readonly claim?: string;
}

/** Where an evidence was read. */
export type EvidenceSource =
  /** A container that waits to be started. */
  | 'waiting'
  /** A container that has ended. */
  | 'crash'
  /** The scheduler. */
  | 'scheduling'
  /** A controller that creates pods. */
  | 'creation'
  /** The node, before the first container: volumes, network. */
  | 'setup'
  /** Whoever makes volumes for a claim. */
  | 'provisioning'
  | 'probe'
  /** A readiness gate of the pod. */
  | 'gate'
  /** A node that is lost, or that has given up or refused the pod. */
  | 'node';

/** What a container is for its pod. */
export type ContainerRole = 'container' | 'init container' | 'sidecar';
