import { explain, isTransientError } from '../../../kubernetes/api/explain.ts';
import { ruleFor } from '../../../kubernetes/health/kind-rules.ts';
import type { ResourceType } from '../../../kubernetes/objects/resource-type.ts';
import { wellKnown } from '../../../kubernetes/objects/well-known.ts';
import type { Cluster } from '../cluster/cluster.ts';

interface Place {
  readonly cluster: Cluster;
  readonly type: ResourceType;
  readonly namespace: string;
}

/** The kinds that a target is judged by, beside its own. */
export function readsOf({ group, kind }: ResourceType): readonly ResourceType[] {
  const workload = ruleFor(group, kind)?.workload;
  return workload ? [...workload.reads, wellKnown.events] : [];
}

/** Reads, beside the wait, what can be done without: kinds and namespaces of objects that were brought. */
export class Reading {
  readonly #onChange: () => void;
  readonly #say: (sentence: string) => void;
  readonly #types = new Map<string, ResourceType | undefined>();
  /** Whether a kind of a namespace may be read. */
  readonly #places = new Map<string, boolean>();
  readonly #busy = new Map<string, Promise<void>>();
  #failure: unknown;

  /** @param say told what the account may not read. */
  constructor(onChange: () => void, say: (sentence: string) => void) {
    this.#onChange = onChange;
    this.#say = say;
  }

  get isBusy(): boolean {
    return this.#busy.size > 0;
  }

  async done(): Promise<void> {
    await Promise.all(this.#busy.values());
  }

  /** @throws what went wrong, where trying again can't help. */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Where the cluster serves a kind; undefined until that is known, and where it does not. */
  typeOf(cluster: Cluster, group: string, kind: string): ResourceType | undefined {
    const key = [cluster.context, group, kind].join('/');
    const known = this.#types.get(key);
    if (known || this.#types.has(key)) return known;
    this.#begin(key, cluster, `look up ${kind}`, async () => {
      this.#types.set(key, await cluster.discovery.byKind(group, kind));
    });
    return undefined;
  }

  /** Whether all is read that an object of a kind and namespace is judged by; begins to read what is not. */
  isRead({ cluster, type, namespace }: Place): boolean {
    const scope = type.namespaced ? namespace : '';
    return [type, ...readsOf(type)].every((each) => this.#isRead({ cluster, type: each, namespace: scope }));
  }

  #isRead({ cluster, type, namespace }: Place): boolean {
    const key = [cluster.context, type.kind, type.group, namespace].join('/');
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    this.#begin(key, cluster, `list ${type.plural}`, async () => {
      const mayRead = await cluster.view.addOptional({ type, namespace });
      // Events only add to what is known.
      this.#places.set(key, mayRead || type === wellKnown.events);
      const place = namespace === '' ? '' : ` in ${namespace}`;
      if (!mayRead)
        this.#say(
          `The account may not list ${type.plural}${place} (context ${cluster.context}): what was brought there is judged by its controller alone.`,
        );
    });
    return false;
  }

  #begin(key: string, { client }: Cluster, doing: string, read: () => Promise<void>): void {
    if (this.#busy.has(key)) return;
    const work = read()
      // What may pass is tried again with the next look.
      .catch((thrown: unknown) => {
        if (!isTransientError(thrown)) this.#failure = explain(thrown, doing, client.connection);
      })
      .finally(() => {
        this.#busy.delete(key);
        this.#onChange();
      });
    this.#busy.set(key, work);
  }
}
