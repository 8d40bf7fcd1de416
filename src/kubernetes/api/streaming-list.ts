import type { KubernetesObject } from '../objects/object.ts';
import { ApiError } from './api-error.ts';
import type { WatchEvent } from './watch-stream.ts';

/** A watch that has brought all objects, and goes on with what happens to them. */
export interface OpenWatch {
  readonly items: readonly KubernetesObject[];
  readonly resourceVersion: string;
  readonly events: AsyncGenerator<WatchEvent>;
  close(reason: unknown): void;
}

/** A server (or what stands before it) that takes longer than this, in ms, is asked for a list instead. */
const LONGEST = 3000;
/** How a server says that it does not know the request. */
const UNKNOWN = [400, 405, 422, 501];

/** A server over an etcd before 3.4.31 or 3.5.13 begins the watch, and then says that it can't. */
const NO_STORAGE = /required storage feature \w+ is disabled/;

/** Whether an API server begins a watch with all objects (streaming lists, Kubernetes 1.34 and later); the first who asks finds out for all. */
export class StreamingLists {
  #works: Promise<boolean> | undefined;
  #isBuffered = false;

  /** @param works false where nobody shall try. */
  constructor(works: boolean) {
    if (!works) this.#works = Promise.resolve(false);
  }

  /** Whether a watch did not even begin to speak: something may pass answers on only when they are whole. */
  get isBuffered(): boolean {
    return this.#isBuffered;
  }

  /** @returns undefined where a list must do. */
  async begin(request: StreamRequest): Promise<OpenWatch | undefined> {
    const known = this.#works;
    if (known) {
      if (!(await known)) return undefined;
      const begun = await begin(request);
      return typeof begun === 'string' ? undefined : begun;
    }
    const first = begin(request);
    // What failed in passing says nothing about the server: the next one tries again.
    this.#works = first.then((begun) => typeof begun !== 'string');
    const begun = await first;
    if (begun === 'late') this.#isBuffered = true;
    if (begun === 'failed') this.#works = undefined;
    return typeof begun === 'string' ? undefined : begun;
  }
}

interface StreamRequest {
  /** Opens a watch that shall begin with all objects. */
  readonly watch: (signal: AbortSignal) => AsyncGenerator<WatchEvent>;
  readonly stop: AbortSignal | undefined;
}

async function begin({ watch, stop }: StreamRequest): Promise<OpenWatch | 'unknown' | 'late' | 'failed'> {
  const over = new AbortController();
  const signal = stop ? AbortSignal.any([over.signal, stop]) : over.signal;
  // As all limits of the network this one is of real time.
  const late = setTimeout(() => over.abort(new Error('no answer in time')), LONGEST);
  const events = watch(signal);
  const objects = new Map<string, KubernetesObject>();
  try {
    for (;;) {
      const { value, done } = await events.next();
      if (done) return 'unknown';
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
    return thrown instanceof ApiError && (UNKNOWN.includes(thrown.status) || NO_STORAGE.test(thrown.message))
      ? 'unknown'
      : 'failed';
  } finally {
    clearTimeout(late);
  }
}

function keyOf({ metadata: { namespace, name } }: KubernetesObject): string {
  return `${namespace}/${name}`;
}
