import type { KubernetesObject } from '../objects/object.ts';

/** How many deleted objects are remembered. Few targets are ever deleted. */
const MAX_DELETED = 200;

/** The last known objects of one kind and namespace, indexed by name and by owner. */
export class Store {
  readonly #byKey = new Map<string, KubernetesObject>();
  readonly #byOwner = new Map<string, Map<string, KubernetesObject>>();
  /** The last state of recently deleted objects, by key, until they are created again. */
  readonly #deleted = new Map<string, KubernetesObject>();
  #version = 0;

  /** Increases with every change, so that results computed from the objects can be cached. */
  get version(): number {
    return this.#version;
  }

  get size(): number {
    return this.#byKey.size;
  }

  get(namespace: string, name: string): KubernetesObject | undefined {
    return this.#byKey.get(keyOf(namespace, name));
  }

  /** The last state of a deleted object. */
  lastSeen(namespace: string, name: string): KubernetesObject | undefined {
    return this.#deleted.get(keyOf(namespace, name));
  }

  all(): readonly KubernetesObject[] {
    return [...this.#byKey.values()];
  }

  ownedBy(uid: string): readonly KubernetesObject[] {
    return [...(this.#byOwner.get(uid)?.values() ?? [])];
  }

  set(object: KubernetesObject): void {
    this.#version += 1;
    const key = keyOf(object.metadata.namespace, object.metadata.name);
    this.#unlink(key);
    this.#deleted.delete(key);
    this.#byKey.set(key, object);
    for (const { uid } of object.metadata.owners) {
      const owned = this.#byOwner.get(uid) ?? new Map();
      this.#byOwner.set(uid, owned.set(key, object));
    }
  }

  delete(object: KubernetesObject): void {
    this.#version += 1;
    const key = keyOf(object.metadata.namespace, object.metadata.name);
    this.#unlink(key);
    this.#byKey.delete(key);
    this.#deleted.delete(key);
    this.#deleted.set(key, object);
    for (const oldest of this.#deleted.keys()) {
      if (this.#deleted.size <= MAX_DELETED) break;
      this.#deleted.delete(oldest);
    }
  }

  /** Takes over the result of a list. Objects that are missing from it were deleted in the meantime. */
  replace(objects: readonly KubernetesObject[]): void {
    const keys = new Set(objects.map(({ metadata }) => keyOf(metadata.namespace, metadata.name)));
    for (const [key, object] of this.#byKey) if (!keys.has(key)) this.delete(object);
    for (const object of objects) this.set(object);
  }

  #unlink(key: string): void {
    for (const { uid } of this.#byKey.get(key)?.metadata.owners ?? []) {
      const owned = this.#byOwner.get(uid);
      owned?.delete(key);
      if (owned?.size === 0) this.#byOwner.delete(uid);
    }
  }
}

function keyOf(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}
