import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../src/core/clock.ts';
import { at, listAt, numberAt, stringAt } from '../../../src/json/json.ts';
import { applyDefaults, initialStatus, validate } from './defaults.ts';
import {
  apiVersionOf,
  clone,
  isEqual,
  meta,
  nameOf,
  namespaceOf,
  type Obj,
  type ServedType,
  typeKey,
} from './model.ts';
import { expired, notFound, qualified, Refusal } from './status.ts';

/** A change, with the object before it: a selector may match only one of the two. */
export interface Change {
  readonly version: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly key: string;
  readonly object: Obj;
  readonly before: Obj | undefined;
}

/** The API server's storage: objects, one resourceVersion counter for all of them, and the changes since the last compaction. */
export class ObjectStore {
  readonly #clock: Clock;
  readonly #objects = new Map<string, Map<string, Obj>>();
  #history: Change[] = [];
  #version = 1000;
  #compacted = 1000;
  readonly #listeners = new Set<(change: Change) => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get version(): number {
    return this.#version;
  }

  /** Drops all changes so far. A watch from an older version then gets 410. */
  compact(): void {
    this.#compacted = this.#version;
    this.#history = [];
  }

  list(type: ServedType, namespace = ''): readonly Obj[] {
    const all = [...(this.#objects.get(typeKey(type))?.values() ?? [])];
    const chosen = namespace === '' ? all : all.filter((object) => namespaceOf(object) === namespace);
    return chosen.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)).map((object) => clone(object));
  }

  /** A collection at an earlier version. @throws Refusal 410 if that version was compacted. */
  listAt(type: ServedType, namespace: string, version: number): readonly Obj[] {
    if (version < this.#compacted)
      throw new Refusal(
        410,
        'Expired',
        'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.',
      );
    const then = new Map(this.list(type, namespace).map((object) => [keyOf(object), object]));
    for (const { object, before } of this.since(type, version).toReversed()) {
      if (namespace !== '' && namespaceOf(object) !== namespace) continue;
      if (before) then.set(keyOf(before), clone(before));
      else then.delete(keyOf(object));
    }
    return [...then.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  }

  /** The version of the last change of a kind; 0 if there was none since the last compaction. */
  latest(type: ServedType): number {
    return this.#history.findLast((change) => change.key === typeKey(type))?.version ?? 0;
  }

  find(type: ServedType, namespace: string, name: string): Obj | undefined {
    const found = this.#objects.get(typeKey(type))?.get(`${type.namespaced ? namespace : ''}/${name}`);
    return found && clone(found);
  }

  get(type: ServedType, namespace: string, name: string): Obj {
    const found = this.find(type, namespace, name);
    if (!found) throw notFound(type, name);
    return found;
  }

  create(type: ServedType, given: Obj): Obj {
    const object = clone(given);
    const metadata = meta(object);
    const generateName = stringAt(metadata, 'generateName');
    metadata['name'] ??= generateName === undefined ? undefined : `${generateName}${randomUUID().slice(0, 5)}`;
    if (!metadata['name'])
      throw new Refusal(
        422,
        'Invalid',
        `${type.kind} "" is invalid: metadata.name: Required value: name or generateName is required`,
      );
    if (!type.namespaced) delete metadata['namespace'];
    if (this.find(type, namespaceOf(object), nameOf(object))) {
      throw new Refusal(409, 'AlreadyExists', `${qualified(type, type.plural)} "${nameOf(object)}" already exists`, {
        name: nameOf(object),
        ...(type.group ? { group: type.group } : {}),
        kind: type.plural,
      });
    }
    applyDefaults(type, object);
    validate(type, object, undefined);
    metadata['uid'] = randomUUID();
    metadata['creationTimestamp'] = this.timestamp();
    if (type.hasGeneration) metadata['generation'] = 1;
    if (type.statusSubresource) delete object['status'];
    const status = initialStatus(type);
    if (status) object['status'] = status;
    object['apiVersion'] = apiVersionOf(type);
    object['kind'] = type.kind;
    return this.#write(type, object, 'ADDED', undefined);
  }

  /** Replaces an object or only its status. A given resourceVersion must be the current one. */
  update(type: ServedType, given: Obj, part: 'all' | 'status' = 'all'): Obj {
    const before = this.get(type, namespaceOf(given), nameOf(given));
    const asked = stringAt(given, 'metadata', 'resourceVersion');
    if (asked !== undefined && asked !== stringAt(before, 'metadata', 'resourceVersion'))
      throw new Refusal(
        409,
        'Conflict',
        `Operation cannot be fulfilled on ${qualified(type, type.plural)} "${nameOf(given)}": the object has been modified; please apply your changes to the latest version and try again`,
      );
    const next =
      part === 'status' ? { ...before, status: clone(at(given, 'status')) } : this.#withoutStatus(type, given, before);
    const kept = [
      'uid',
      'creationTimestamp',
      'generation',
      'deletionTimestamp',
      'deletionGracePeriodSeconds',
      'resourceVersion',
      'namespace',
    ];
    const metadata = meta(next);
    for (const key of kept) {
      const value = meta(before)[key];
      if (value === undefined) delete metadata[key];
      else metadata[key] = value;
    }
    applyDefaults(type, next);
    validate(type, next, before);
    const changed = !isEqual(countedPart(type, next), countedPart(type, before));
    if (type.hasGeneration && changed) metadata['generation'] = Number(meta(before)['generation'] ?? 0) + 1;
    if (isEqual(next, before)) return before;
    // The last finalizer is gone.
    if (
      isTerminating(next) &&
      listAt(before, 'metadata', 'finalizers').length > 0 &&
      listAt(next, 'metadata', 'finalizers').length === 0
    )
      return this.#write(type, next, 'DELETED', before);
    return this.#write(type, next, 'MODIFIED', before);
  }

  /** Marks an object as terminating. It exists until `remove`. */
  terminate(type: ServedType, object: Obj, graceSeconds?: number): void {
    const before = this.find(type, namespaceOf(object), nameOf(object));
    if (!before || meta(before)['deletionTimestamp'] !== undefined) return;
    const next = clone(before);
    const grace = graceSeconds ?? numberAt(before, 'spec', 'terminationGracePeriodSeconds') ?? 0;
    // As in a real cluster, the time at which the grace period ends.
    meta(next)['deletionTimestamp'] = this.timestamp(grace * 1000);
    meta(next)['deletionGracePeriodSeconds'] = grace;
    this.#write(type, next, 'MODIFIED', before);
  }

  remove(type: ServedType, object: Obj): void {
    const before = this.find(type, namespaceOf(object), nameOf(object));
    if (before) this.#write(type, clone(before), 'DELETED', before);
  }

  /** The changes of a kind after a version. @throws Refusal 410 if they were compacted. */
  since(type: ServedType, version: number): readonly Change[] {
    if (version < this.#compacted) throw expired(version, this.#compacted);
    return this.#history.filter((change) => change.version > version && change.key === typeKey(type));
  }

  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** RFC 3339 with whole seconds, the format of metav1.Time. @param later in ms. */
  timestamp(later = 0): string {
    return new Date(this.#clock.now() + later).toISOString().replace(/\.\d+Z$/, 'Z');
  }

  #withoutStatus(type: ServedType, given: Obj, before: Obj): Obj {
    const next = clone(given);
    if (!type.statusSubresource) return next;
    if (before['status'] === undefined) delete next['status'];
    else next['status'] = before['status'];
    return next;
  }

  #write(type: ServedType, object: Obj, change: Change['type'], before: Obj | undefined): Obj {
    this.#version += 1;
    meta(object)['resourceVersion'] = String(this.#version);
    const key = typeKey(type);
    const objects = this.#objects.get(key) ?? new Map<string, Obj>();
    if (change === 'DELETED') objects.delete(keyOf(object));
    else objects.set(keyOf(object), object);
    this.#objects.set(key, objects);
    const entry = { version: this.#version, type: change, key, object: clone(object), before };
    this.#history.push(entry);
    for (const listener of [...this.#listeners]) listener(entry);
    return clone(object);
  }
}

/** Whether an object is being deleted. */
export function isTerminating(object: Obj): boolean {
  return meta(object)['deletionTimestamp'] !== undefined;
}

export function conditionsOf(object: Obj): readonly unknown[] {
  return listAt(object, 'status', 'conditions');
}

function keyOf(object: Obj): string {
  return `${namespaceOf(object)}/${nameOf(object)}`;
}

/** The part of an object whose changes increase its generation: all but the metadata and, if it is a subresource, the status. */
function countedPart({ statusSubresource }: ServedType, object: Obj): Obj {
  const { metadata: _metadata, status, ...rest } = object;
  return statusSubresource ? rest : { ...rest, status };
}
