import type { KubernetesObject } from '../objects/object.ts';
import { ApiError } from './api-error.ts';
import type { WatchEvent } from './watch-stream.ts';

/** A watch that has sent all objects and continues with their changes. */
export interface OpenWatch {
  readonly items: readonly KubernetesObject[];
  readonly resourceVersion: string;
  readonly events: AsyncGenerator<WatchEvent>;
  close(reason: unknown): void;
}

/** If the objects take longer than this, in ms, they are listed instead. */
const TIMEOUT = 3000;
/** Statuses of a server that does not support the request. */
const UNSUPPORTED = [400, 405, 422, 501];

/** A server with an etcd before 3.4.31 or 3.5.13 starts the watch and then reports this error. */
const NO_STORAGE = /required storage feature \w+ is disabled/;

/** Whether an API server can begin a watch with all objects (streaming lists, Kubernetes 1.34 and later). The first request finds out for all. */
export class StreamingLists {
  #isSupported: Promise<boolean> | undefined;
  #isBuffered = false;

  /** @param enabled false: never try. */
  constructor(enabled: boolean) {
    if (!enabled) this.#isSupported = Promise.resolve(false);
  }

  /** Whether a watch sent nothing in time. A proxy may buffer responses until they are complete. */
  get isBuffered(): boolean {
    return this.#isBuffered;
  }

  /** @returns undefined if the objects must be listed. */
  async begin(request: StreamRequest): Promise<OpenWatch | undefined> {
    const known = this.#isSupported;
    if (known) {
      if (!(await known)) return undefined;
      const begun = await begin(request);
      return typeof begun === 'string' ? undefined : begun;
    }
    const first = begin(request);
    // A transient failure says nothing about the server, so the next request tries again.
    this.#isSupported = first.then((begun) => typeof begun !== 'string');
    const begun = await first;
    if (begun === 'late') this.#isBuffered = true;
    if (begun === 'failed') this.#isSupported = undefined;
    return typeof begun === 'string' ? undefined : begun;
  }
}

interface StreamRequest {
  /** Opens a watch that begins with all objects. */
  readonly watch: (signal: AbortSignal) => AsyncGenerator<WatchEvent>;
  readonly stop: AbortSignal | undefined;
}

async function begin({ watch, stop }: StreamRequest): Promise<OpenWatch | 'unsupported' | 'late' | 'failed'> {
  const over = new AbortController();
  const signal = stop ? AbortSignal.any([over.signal, stop]) : over.signal;
  // Like all network timeouts, this one uses real time.
  const late = setTimeout(() => over.abort(new Error('no response in time')), TIMEOUT);
  const events = watch(signal);
  const objects = new Map<string, KubernetesObject>();
  try {
    for (;;) {
      const { value, done } = await events.next();
      if (done) return 'unsupported';
      if (value.kind === 'bookmark' && value.isComplete) {
        const close = (reason: unknown) => over.abort(reason);
        return { items: [...objects.values()], resourceVersion: value.resourceVersion, events, close };
      }
      if (value.kind === 'set') objects.set(keyOf(value.object), value.object);
      if (value.kind === 'deleted') objects.delete(keyOf(value.object));
    }
  } catch (thrown) {
    stop?.throwIfAborted();
    if (over.signal.aborted) return 'late';
    return thrown instanceof ApiError && (UNSUPPORTED.includes(thrown.status) || NO_STORAGE.test(thrown.message))
      ? 'unsupported'
      : 'failed';
  } finally {
    clearTimeout(late);
  }
}

function keyOf({ metadata: { namespace, name } }: KubernetesObject): string {
  return `${namespace}/${name}`;
}
