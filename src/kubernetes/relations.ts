import { objectAt, stringAt } from '../json/json.ts';
import type { KubernetesObject } from './object.ts';
import type { ResourceType } from './resource-type.ts';

/** What belongs to an object, as far as it was read. */
export interface Relations {
  ownedBy(owner: KubernetesObject, type: ResourceType): readonly KubernetesObject[];
  /** Warning events about an object, newest first. */
  warnings(object: KubernetesObject): readonly Warning[];
}

export interface Warning {
  readonly reason: string;
  readonly message: string;
  /** Milliseconds since the epoch, by the cluster's clock. */
  readonly at: number;
  /** `spec.containers{app}` where the event is about one container. */
  readonly fieldPath: string;
}

/** A core/v1 Event; both generations of its fields are read (`series` came with events.k8s.io). */
export function readWarning(event: KubernetesObject): Warning {
  const times = [
    stringAt(event, 'series', 'lastObservedTime'),
    stringAt(event, 'lastTimestamp'),
    stringAt(event, 'eventTime'),
    event.metadata.creationTimestamp,
  ];
  return {
    reason: stringAt(event, 'reason') ?? '',
    message: stringAt(event, 'message') ?? '',
    at: Date.parse(times.find((time) => time) ?? '') || 0,
    fieldPath: stringAt(event, 'involvedObject', 'fieldPath') ?? '',
  };
}

/** The uid of the object that an event is about. */
export function subjectOf(event: KubernetesObject): string {
  return stringAt(objectAt(event, 'involvedObject'), 'uid') ?? '';
}
