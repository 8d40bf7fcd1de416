import { objectAt, stringAt } from '../../json/json.ts';
import type { KubernetesObject } from './object.ts';
import type { ResourceType } from './resource-type.ts';

/** What is known about the relations of an object: what it owns, and its events. */
export interface Relations {
  ownedBy(owner: KubernetesObject, type: ResourceType): readonly KubernetesObject[];
  /** The objects of a kind, in the same namespace, that have these labels. */
  labelled(type: ResourceType, labels: Readonly<Record<string, string>>): readonly KubernetesObject[];
  /** Events about an object, newest first. */
  events(object: KubernetesObject): readonly ObjectEvent[];
  /** Events about an object that was not read itself, newest first. */
  eventsAbout(kind: string, name: string): readonly ObjectEvent[];
}

export interface ObjectEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** Milliseconds since the epoch, by the cluster's clock. */
  readonly at: number;
  /** `spec.containers{app}` if the event is about one container. */
  readonly fieldPath: string;
}

/** Whether an object has all of these labels. An empty value matches nothing: the field that should have it is missing. */
export function hasLabels({ metadata }: KubernetesObject, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(labels).every(([label, value]) => value !== '' && metadata.labels[label] === value);
}

/** Reads a core/v1 Event, both its old fields and the newer `series` and `eventTime` of events.k8s.io. */
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

/** The keys under which the events of an object are found: its uid, and its kind and name. */
export function subjectsOf(event: KubernetesObject): readonly string[] {
  const subject = objectAt(event, 'involvedObject');
  return [stringAt(subject, 'uid') ?? '', `${stringAt(subject, 'kind')}/${stringAt(subject, 'name')}`];
}
