import { defined } from '../../src/core/defined.ts';
import type { PodHistory } from '../../src/kubernetes/failures/pod-history.ts';
import { type KubernetesObject, readObject } from '../../src/kubernetes/objects/object.ts';
import { hasLabels, type ObjectEvent, type Relations } from '../../src/kubernetes/objects/relations.ts';

/** An object as the client returns it. */
export function object(value: object): KubernetesObject {
  const read = readObject(value);
  if (!read) throw new Error('not an object');
  return read;
}

interface PodOptions {
  readonly name?: string;
  readonly owner?: KubernetesObject;
  readonly labels?: Readonly<Record<string, string>>;
  readonly ready?: boolean;
  readonly phase?: string;
  readonly imageID?: string;
  readonly state?: object;
  readonly lastState?: object;
  readonly restartCount?: number;
  readonly status?: object;
  readonly spec?: object;
  readonly deletionTimestamp?: string;
}

/** A pod with one container, `app`. */
export function pod(facts: PodOptions): KubernetesObject {
  const {
    name = 'shop-1-a',
    owner,
    labels = {},
    ready = false,
    state = ready ? { running: {} } : { waiting: {} },
  } = facts;
  return object({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'staging',
      uid: `uid-${name}`,
      labels,
      ...defined({ deletionTimestamp: facts.deletionTimestamp }),
      ownerReferences: owner
        ? [{ kind: owner.kind, name: owner.metadata.name, uid: owner.metadata.uid, controller: true }]
        : [],
    },
    spec: { containers: [{ name: 'app' }], ...facts.spec },
    status: {
      phase: facts.phase ?? 'Running',
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      containerStatuses: [
        {
          name: 'app',
          ready,
          restartCount: facts.restartCount ?? 0,
          imageID: facts.imageID ?? '',
          state,
          ...(facts.lastState ? { lastState: facts.lastState } : {}),
        },
      ],
      ...facts.status,
    },
  });
}

/** Relations from the owner references of objects. @param events by the name of the object that they are about. */
export function relationsAmong(
  objects: readonly KubernetesObject[],
  events: Readonly<Record<string, readonly ObjectEvent[]>> = {},
): Relations {
  return {
    ownedBy: (owner, type) =>
      objects.filter(
        ({ kind, metadata }) => kind === type.kind && metadata.owners.some(({ uid }) => uid === owner.metadata.uid),
      ),
    labelled: (type, labels) => objects.filter((each) => each.kind === type.kind && hasLabels(each, labels)),
    events: ({ metadata }) => events[metadata.name] ?? [],
    eventsAbout: (_, name) => events[name] ?? [],
  };
}

export function warning(reason: string, message: string, fieldPath = '', at = 0): ObjectEvent {
  return { type: 'Warning', reason, message, at, fieldPath };
}

/** A history in which no pod crashed a moment ago. @param since events before this time belong to an earlier rollout. */
export function withoutCrashes(since = 0): PodHistory {
  return { since, isRecovering: () => false, ranOutOfMemory: () => false };
}
