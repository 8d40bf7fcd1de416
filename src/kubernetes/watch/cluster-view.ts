import type { Clock } from '../../core/clock.ts';
import { inParallel } from '../../core/parallel.ts';
import { ApiError } from '../api/api-error.ts';
import type { KubernetesClient, Selection } from '../api/client.ts';
import { explain } from '../api/explain.ts';
import type { KubernetesObject } from '../objects/object.ts';
import { hasLabels, type ObjectEvent, type Relations, readEvent, subjectsOf } from '../objects/relations.ts';
import { qualifiedName, type ResourceType } from '../objects/resource-type.ts';
import { wellKnown } from '../objects/well-known.ts';
import { limitHeapFor } from './memory.ts';
import { Reflector } from './reflector.ts';

interface Options {
  readonly client: KubernetesClient;
  readonly clock: Clock;
  readonly onChange: () => void;
  readonly onWarning: (sentence: string) => void;
}

/** How many kinds and namespaces are listed at the same time. */
const CONCURRENT_LISTS = 4;

/** The objects of one cluster that the targets need: one list and one watch per kind and namespace, for any number of targets. */
export class ClusterView {
  readonly #options: Options;
  readonly #reflectors = new Map<string, Reflector>();
  readonly #events = new Map<string, { version: number; bySubject: ReadonlyMap<string, readonly ObjectEvent[]> }>();

  /** Follows one more reflector while the others are being followed. */
  #followOne: ((reflector: Reflector) => void) | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  /** The kinds and namespaces that are watched. */
  get selections(): readonly Selection[] {
    const selections = [...this.#reflectors.values()].map(({ selection }) => selection);
    return [...new Map(selections.map((each) => [`${qualifiedName(each.type)}/${each.namespace}`, each])).values()];
  }

  /** Why the cluster no longer tells its state; undefined if it does. */
  get lastingError(): unknown {
    for (const { lastingError, selection } of this.#reflectors.values())
      if (lastingError !== undefined)
        return explain(lastingError, `watch ${selection.type.plural}`, this.#options.client.connection);
    return undefined;
  }

  /** Adds the objects of a kind and namespace, or a single object selected by name. A second selection of the same objects has no effect. */
  add(selection: Selection): void {
    this.#reflectorOf(selection);
  }

  /**
   * Adds and lists a kind that the account may not be allowed to list. It is then followed like the others.
   * @returns whether the account may list it.
   */
  async addOptional(selection: Selection): Promise<boolean> {
    const isNew = !this.#reflectors.has(keyOf(selection));
    const reflector = this.#reflectorOf(selection);
    try {
      if (!reflector.listed) await reflector.list();
    } catch (thrown) {
      if (isNew) this.#reflectors.delete(keyOf(selection));
      if (thrown instanceof ApiError && [403, 404].includes(thrown.status)) return false;
      throw thrown;
    }
    if (isNew) this.#followOne?.(reflector);
    return true;
  }

  /** Whether all objects of a kind and namespace have been listed. */
  hasListed(type: ResourceType, namespace: string): boolean {
    return this.#store(type, namespace) !== undefined;
  }

  #reflectorOf(selection: Selection): Reflector {
    const key = keyOf(selection);
    const known = this.#reflectors.get(key) ?? new Reflector({ ...this.#options, selection });
    this.#reflectors.set(key, known);
    return known;
  }

  /** Lists the selections that have not been listed yet. @throws ApiError 403, except for events, which are optional. */
  async list(): Promise<void> {
    const pending = [...this.#reflectors.entries()].filter(([, reflector]) => !reflector.listed);
    // The first responses are the largest, so only a few of them are in memory at the same time.
    await inParallel(pending, CONCURRENT_LISTS, ([key, reflector]) => this.#listOne(key, reflector));
    limitHeapFor([...this.#reflectors.values()].reduce((sum, { store }) => sum + store.size, 0));
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
          `The account may not list events in ${namespace}: causes that only events show stay unknown.`,
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
    await new Promise<void>((resolve, reject) => {
      let running = 0;
      const followed = new Set<Reflector>();
      this.#followOne = (reflector) => {
        // One that is being listed when this begins is added once more when its list has come.
        if (followed.has(reflector)) return;
        followed.add(reflector);
        running += 1;
        const end = () => {
          running -= 1;
          if (running === 0) resolve();
        };
        reflector.follow(signal).then(end, reject);
      };
      for (const reflector of this.#reflectors.values()) this.#followOne(reflector);
    });
  }

  get(type: ResourceType, namespace: string, name: string): KubernetesObject | undefined {
    return this.#storeOf(type, namespace, name)?.get(namespace, name);
  }

  /** The last state of a deleted object. */
  lastSeen(type: ResourceType, namespace: string, name: string): KubernetesObject | undefined {
    return this.#storeOf(type, namespace, name)?.lastSeen(namespace, name);
  }

  all(type: ResourceType, namespace: string): readonly KubernetesObject[] {
    return this.#store(type, namespace)?.all() ?? [];
  }

  relations(namespace: string): Relations {
    return {
      ownedBy: (owner, type) => this.#store(type, namespace)?.ownedBy(owner.metadata.uid) ?? [],
      labelled: (type, labels) => this.all(type, namespace).filter((object) => hasLabels(object, labels)),
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

  /** All objects of a kind and namespace, if they have been listed. */
  #store(type: ResourceType, namespace: string) {
    const reflector = this.#reflectors.get(keyOf({ type, namespace }));
    return reflector?.listed ? reflector.store : undefined;
  }

  #storeOf(type: ResourceType, namespace: string, name: string) {
    const own = this.#reflectors.get(keyOf({ type, namespace, fieldSelector: nameSelector(name) }));
    return own?.store ?? this.#store(type, namespace);
  }
}

/** Selects one object by its name. */
export function nameSelector(name: string): string {
  return `metadata.name=${name}`;
}

function keyOf({ type, namespace, fieldSelector = '' }: Selection): string {
  return [type.kind, qualifiedName(type), namespace, fieldSelector].join('/');
}
