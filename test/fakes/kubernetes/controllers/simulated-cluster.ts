import type { Clock } from '../../../../src/core/clock.ts';
import { defined } from '../../../../src/core/defined.ts';
import { at, listAt, numberAt, objectAt, stringAt } from '../../../../src/json/json.ts';
import { Random } from '../../random.ts';
import { isOwnedBy, meta, nameOf, namespaceOf, type Obj, type ServedType, uidOf } from '../model.ts';
import type { ObjectStore } from '../store.ts';
import { servedTypes } from '../types.ts';

/** The kinds that controllers work on. */
export const kinds = {
  pods: typeOf('pods'),
  events: typeOf('events'),
  nodes: typeOf('nodes'),
  deployments: typeOf('deployments'),
  replicaSets: typeOf('replicasets'),
  statefulSets: typeOf('statefulsets'),
  daemonSets: typeOf('daemonsets'),
  controllerRevisions: typeOf('controllerrevisions'),
  jobs: typeOf('jobs'),
  applications: typeOf('applications'),
} as const;

interface EventText {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly from: string;
  readonly fieldPath?: string;
}

/** The cluster as its controllers see and change it. */
export class SimulatedCluster {
  readonly store: ObjectStore;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #wakeAt: (time: number) => void;

  constructor(options: { store: ObjectStore; clock: Clock; seed: number; wakeAt: (time: number) => void }) {
    this.store = options.store;
    this.#clock = options.clock;
    this.#random = new Random(options.seed);
    this.#wakeAt = options.wakeAt;
  }

  now(): number {
    return this.#clock.now();
  }

  /** Runs all controllers at that time. */
  wakeAt(time: number): void {
    this.#wakeAt(time);
  }

  /** RFC 3339 with whole seconds. */
  stamp(time = this.now()): string {
    return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
  }

  /** Five random characters, as at the end of generated names. */
  suffix(): string {
    const letters = 'bcdfghjklmnpqrstvwxz2456789';
    return Array.from({ length: 5 }, () => letters[Math.floor(this.#random.uniform() * letters.length)]).join('');
  }

  all(type: ServedType): readonly Obj[] {
    return this.store.list(type);
  }

  ownedBy(type: ServedType, owner: Obj): readonly Obj[] {
    return this.store.list(type, namespaceOf(owner)).filter((object) => isOwnedBy(object, owner));
  }

  /** The present state of an object. */
  current(type: ServedType, object: Obj): Obj | undefined {
    const found = this.store.find(type, namespaceOf(object), nameOf(object));
    return found && uidOf(found) === uidOf(object) ? found : undefined;
  }

  /** Edits the present state of an object, if it still exists. */
  change(type: ServedType, object: Obj, edit: (current: Obj) => void): void {
    const current = this.current(type, object);
    if (!current) return;
    edit(current);
    this.store.update(type, current);
  }

  setStatus(type: ServedType, object: Obj, status: Obj): void {
    const current = this.current(type, object);
    if (current) this.store.update(type, { ...current, status }, 'status');
  }

  /** Creates an event, or increases the count of an equal one. */
  recordEvent(about: Obj, { type, reason, message, from, fieldPath }: EventText): void {
    const namespace = namespaceOf(about);
    const known = this.store
      .list(kinds.events, namespace)
      .find(
        (event) =>
          stringAt(event, 'involvedObject', 'uid') === uidOf(about) &&
          stringAt(event, 'reason') === reason &&
          stringAt(event, 'message') === message,
      );
    if (known) {
      this.store.update(kinds.events, {
        ...known,
        count: (numberAt(known, 'count') ?? 1) + 1,
        lastTimestamp: this.stamp(),
      });
      return;
    }
    this.store.create(kinds.events, {
      metadata: { namespace, name: `${nameOf(about)}.${this.suffix()}${this.suffix()}` },
      involvedObject: {
        apiVersion: stringAt(about, 'apiVersion'),
        kind: stringAt(about, 'kind'),
        namespace,
        name: nameOf(about),
        uid: uidOf(about),
        ...defined({ fieldPath }),
      },
      type,
      reason,
      message,
      source: { component: from },
      reportingComponent: from,
      reportingInstance: '',
      count: 1,
      firstTimestamp: this.stamp(),
      lastTimestamp: this.stamp(),
      eventTime: null,
    });
  }
}

/** An owner reference to a controller. */
export function controllerReference(owner: Obj): Obj {
  return {
    apiVersion: stringAt(owner, 'apiVersion'),
    kind: stringAt(owner, 'kind'),
    name: nameOf(owner),
    uid: uidOf(owner),
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** The conditions with one of them replaced. If its status stays the same, so does its transition time. */
export function withCondition(
  conditions: readonly unknown[],
  { type, status, reason, message }: Readonly<Record<'type' | 'status' | 'reason' | 'message', string>>,
  stamp: string,
  extra: Obj = {},
): unknown[] {
  const known = conditions.find((each) => stringAt(each, 'type') === type);
  const lastTransitionTime = stringAt(known, 'status') === status ? stringAt(known, 'lastTransitionTime') : stamp;
  const next = {
    type,
    status,
    ...(reason === '' ? {} : { reason }),
    ...(message === '' ? {} : { message }),
    ...extra,
    lastTransitionTime,
  };
  return known ? conditions.map((each) => (each === known ? next : each)) : [...conditions, next];
}

export function withoutCondition(conditions: readonly unknown[], type: string): unknown[] {
  return conditions.filter((each) => stringAt(each, 'type') !== type);
}

export function conditionIn(conditions: readonly unknown[], type: string): unknown {
  return conditions.find((each) => stringAt(each, 'type') === type);
}

/** `metadata.generation`. */
export function generationOf(object: Obj): number {
  return numberAt(object, 'metadata', 'generation') ?? 1;
}

export function annotate(object: Obj, key: string, value: string): void {
  meta(object)['annotations'] = { ...objectAt(object, 'metadata', 'annotations'), [key]: value };
}

export function isPodReady(pod: Obj): boolean {
  return stringAt(conditionIn(listAt(pod, 'status', 'conditions'), 'Ready'), 'status') === 'True';
}

/** Whether a pod has been ready for `minReadySeconds`. If not yet, runs the controllers again when it will be. */
export function isPodAvailable(pod: Obj, minReadySeconds: number, cluster: SimulatedCluster): boolean {
  if (!isPodReady(pod)) return false;
  if (minReadySeconds === 0) return true;
  const since = stringAt(conditionIn(listAt(pod, 'status', 'conditions'), 'Ready'), 'lastTransitionTime');
  const availableAt = Date.parse(since ?? '') + minReadySeconds * 1000;
  if (availableAt <= cluster.now()) return true;
  cluster.wakeAt(availableAt);
  return false;
}

/** Neither finished nor terminating. */
export function isPodActive(pod: Obj): boolean {
  return at(pod, 'metadata', 'deletionTimestamp') === undefined && !isPodFinished(pod);
}

export function isPodFinished(pod: Obj): boolean {
  return ['Failed', 'Succeeded'].includes(stringAt(pod, 'status', 'phase') ?? '');
}

function typeOf(plural: string): ServedType {
  const found = servedTypes.find((type) => type.plural === plural);
  if (!found) throw new Error(`the fake does not serve ${plural}`);
  return found;
}
