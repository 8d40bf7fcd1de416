import type { Clock } from '../../action/clock.ts';
import { ApiError } from '../api-error.ts';
import type { KubernetesClient, Selection } from '../client.ts';
import { explain } from '../explain.ts';
import type { KubernetesObject } from '../object.ts';
import { Reflector } from '../reflector.ts';
import { type ObjectEvent, type Relations, readEvent, subjectsOf } from '../relations.ts';
import { qualifiedName, type ResourceType } from '../resource-type.ts';
import { wellKnown } from '../well-known.ts';

interface Options {
  readonly client: KubernetesClient;
  readonly clock: Clock;
  readonly onChange: () => void;
  readonly onWarning: (sentence: string) => void;
}

/** One cluster as far as targets need it: one list and one watch per kind and namespace, however many targets there are. */
export class ClusterView {
  readonly #options: Options;
  readonly #reflectors = new Map<string, Reflector>();
  readonly #events = new Map<string, { version: number; bySubject: ReadonlyMap<string, readonly ObjectEvent[]> }>();

  constructor(options: Options) {
    this.#options = options;
  }

  /** Kinds and namespaces that are looked at. */
  get selections(): readonly Selection[] {
    return [...this.#reflectors.values()].map(({ selection }) => selection);
  }

  /** Adds a kind of a namespace; the first selection of it stands. */
  add(selection: Selection): void {
    const key = keyOf(selection.type, selection.namespace);
    if (!this.#reflectors.has(key)) this.#reflectors.set(key, new Reflector({ ...this.#options, selection }));
  }

  /** Lists what has not been listed. @throws ApiError 403 for a kind that is needed; events are done without. */
  async list(): Promise<void> {
    const pending = [...this.#reflectors.entries()].filter(([, reflector]) => !reflector.listed);
    await Promise.all(pending.map(([key, reflector]) => this.#listOne(key, reflector)));
  }

  async #listOne(key: string, reflector: Reflector): Promise<void> {
    const { type, namespace } = reflector.selection;
    try {
      await reflector.list();
    } catch (thrown) {
      const isForbidden = thrown instanceof ApiError && thrown.status === 403;
      if (isForbidden && type === wellKnown.events) {
        this.#reflectors.delete(key);
        this.#options.onWarning(
          `The account may not list events in ${namespace}: causes that only events tell stay unknown.`,
        );
        return;
      }
      throw isForbidden
        ? thrown
        : explain(thrown, `list ${type.plural} in ${namespace}`, this.#options.client.connection);
    }
  }

  /** Follows all changes until the signal aborts. */
  async follow(signal: AbortSignal): Promise<void> {
    await Promise.all([...this.#reflectors.values()].map((reflector) => reflector.follow(signal)));
  }

  get(type: ResourceType, namespace: string, name: string): KubernetesObject | undefined {
    return this.#store(type, namespace)?.get(namespace, name);
  }

  /** The last state of an object that is gone. */
  lastOf(type: ResourceType, namespace: string, name: string): KubernetesObject | undefined {
    return this.#store(type, namespace)?.lastOf(namespace, name);
  }

  all(type: ResourceType, namespace: string): readonly KubernetesObject[] {
    return this.#store(type, namespace)?.all() ?? [];
  }

  relations(namespace: string): Relations {
    return {
      ownedBy: (owner, type) => this.#store(type, namespace)?.ownedBy(owner.metadata.uid) ?? [],
      events: ({ metadata }) => this.#eventsOf(namespace).get(metadata.uid) ?? [],
      eventsAbout: (kind, name) => this.#eventsOf(namespace).get(`${kind}/${name}`) ?? [],
    };
  }

  #eventsOf(namespace: string): ReadonlyMap<string, readonly ObjectEvent[]> {
    const store = this.#store(wellKnown.events, namespace);
    if (!store) return new Map();
    const known = this.#events.get(namespace);
    if (known?.version === store.version) return known.bySubject;
    const bySubject = new Map<string, ObjectEvent[]>();
    for (const event of store.all()) {
      const read = readEvent(event);
      for (const subject of subjectsOf(event)) {
        const others = bySubject.get(subject);
        if (others) others.push(read);
        else bySubject.set(subject, [read]);
      }
    }
    for (const events of bySubject.values()) events.sort((a, b) => b.at - a.at);
    this.#events.set(namespace, { version: store.version, bySubject });
    return bySubject;
  }

  #store(type: ResourceType, namespace: string) {
    return this.#reflectors.get(keyOf(type, namespace))?.store;
  }
}

function keyOf(type: ResourceType, namespace: string): string {
  return `${qualifiedName(type)}/${namespace}`;
}
