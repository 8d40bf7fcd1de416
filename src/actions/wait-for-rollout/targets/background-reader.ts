import { explain, isTransientError } from '../../../kubernetes/api/explain.ts';
import type { ResourceType } from '../../../kubernetes/objects/resource-type.ts';
import { wellKnown } from '../../../kubernetes/objects/well-known.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { relatedTypes } from './observe-targets.ts';

interface Place {
  readonly cluster: Cluster;
  readonly type: ResourceType;
  readonly namespace: string;
}

/** Reads the types and namespaces of managed objects while the wait goes on. Missing permissions are logged, not fatal. */
export class BackgroundReader {
  readonly #onChange: () => void;
  readonly #log: (sentence: string) => void;
  readonly #types = new Map<string, ResourceType | undefined>();
  /** Whether a type can be read in a namespace. */
  readonly #readable = new Map<string, boolean>();
  readonly #running = new Map<string, Promise<void>>();
  #failure: unknown;

  /** @param log gets a sentence for everything that the account may not read. */
  constructor(onChange: () => void, log: (sentence: string) => void) {
    this.#onChange = onChange;
    this.#log = log;
  }

  get isBusy(): boolean {
    return this.#running.size > 0;
  }

  async done(): Promise<void> {
    await Promise.all(this.#running.values());
  }

  /** @throws the first failure that trying again can't help. */
  throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** The type of a kind; undefined until it was looked up, and if the cluster doesn't serve it. */
  typeOf(cluster: Cluster, group: string, kind: string): ResourceType | undefined {
    const key = [cluster.context, group, kind].join('/');
    const known = this.#types.get(key);
    if (known || this.#types.has(key)) return known;
    this.#start(key, cluster, `look up ${kind}`, async () => {
      this.#types.set(key, await cluster.discovery.byKind(group, kind));
    });
    return undefined;
  }

  /** Whether a type and all related types were read in a namespace. Starts to read those that were not. */
  hasRead({ cluster, type, namespace }: Place): boolean {
    const scope = type.namespaced ? namespace : '';
    return [type, ...relatedTypes(type)].every((each) => this.#hasRead({ cluster, type: each, namespace: scope }));
  }

  #hasRead({ cluster, type, namespace }: Place): boolean {
    const key = [cluster.context, type.kind, type.group, namespace].join('/');
    const known = this.#readable.get(key);
    if (known !== undefined) return known;
    this.#start(key, cluster, `list ${type.plural}`, async () => {
      const isReadable = await cluster.view.addOptional({ type, namespace });
      // Events are evidence only: the target can be judged without them.
      this.#readable.set(key, isReadable || type === wellKnown.events);
      const place = namespace === '' ? '' : ` in ${namespace}`;
      if (!isReadable)
        this.#log(
          `The account may not list ${type.plural}${place} (context ${cluster.context}): managed objects there count only through the status of their controller.`,
        );
    });
    return false;
  }

  #start(key: string, { client }: Cluster, operation: string, read: () => Promise<void>): void {
    if (this.#running.has(key)) return;
    const running = read()
      // A transient failure is tried again in the next round.
      .catch((thrown: unknown) => {
        if (!isTransientError(thrown)) this.#failure = explain(thrown, operation, client.connection);
      })
      .finally(() => {
        this.#running.delete(key);
        this.#onChange();
      });
    this.#running.set(key, running);
  }
}
