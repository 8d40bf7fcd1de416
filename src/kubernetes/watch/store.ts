import type { KubernetesObject } from '../objects/object.ts';

/** So many deleted objects are remembered: targets that are gone are among few. */
const REMEMBERED = 200;

/** The objects of one kind and namespace as last seen, found by name and by owner. */
export class Store {
  readonly #byKey = new Map<string, KubernetesObject>();
  readonly #byOwner = new Map<string, Map<string, KubernetesObject>>();
  /** Last state of what was deleted last, by key, until it is there again. */
  readonly #deleted = new Map<string, KubernetesObject>();
  #version = 0;

  /** Grows with every change, so that what is computed from the objects can be kept until then. */
  get version(): number {
    return this.#version;
  }

  get size(): number {
    return this.#byKey.size;
  }

  get(namespace: string, name: string): KubernetesObject | undefined {
    return this.#byKey.get(keyOf(namespace, name));
  }

  /** The last state of an object that was there and is gone. */
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
      if (this.#deleted.size <= REMEMBERED) break;
      this.#deleted.delete(oldest);
    }
  }

  /** What a list showed: objects that it does not hold any more were deleted unseen. */
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
