import { objectAt, stringAt } from '../../json/json.ts';
import type { KubernetesObject } from './object.ts';
import type { ResourceType } from './resource-type.ts';

/** What belongs to an object, as far as it was read. */
export interface Relations {
  ownedBy(owner: KubernetesObject, type: ResourceType): readonly KubernetesObject[];
  /** What was told about an object, newest first. */
  events(object: KubernetesObject): readonly ObjectEvent[];
  /** What was told about an object that itself is not read, newest first. */
  eventsAbout(kind: string, name: string): readonly ObjectEvent[];
}

export interface ObjectEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** Milliseconds since the epoch, by the cluster's clock. */
  readonly at: number;
  /** `spec.containers{app}` where the event is about one container. */
  readonly fieldPath: string;
}

/** A core/v1 Event; both generations of its fields are read (`series` came with events.k8s.io). */
export function readEvent(event: KubernetesObject): ObjectEvent {
  const times = [
    stringAt(event, 'series', 'lastObservedTime'),
    stringAt(event, 'lastTimestamp'),
    stringAt(event, 'eventTime'),
    event.metadata.creationTimestamp,
  ];
  return {
    type: stringAt(event, 'type') === 'Warning' ? 'Warning' : 'Normal',
    reason: stringAt(event, 'reason') ?? '',
    message: stringAt(event, 'message') ?? '',
    at: Date.parse(times.find((time) => time) ?? '') || 0,
    fieldPath: stringAt(event, 'involvedObject', 'fieldPath') ?? '',
  };
}

/** Under which words the object that an event is about is looked up: its uid, and its kind and name. */
export function subjectsOf(event: KubernetesObject): readonly string[] {
  const subject = objectAt(event, 'involvedObject');
  return [stringAt(subject, 'uid') ?? '', `${stringAt(subject, 'kind')}/${stringAt(subject, 'name')}`];
}
