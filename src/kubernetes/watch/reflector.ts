import type { Clock } from '../../core/clock.ts';
import { defined } from '../../core/defined.ts';
import { ApiError } from '../api/api-error.ts';
import type { KubernetesClient, Selection } from '../api/client.ts';
import { explain, isTransientError } from '../api/explain.ts';
import type { OpenWatch } from '../api/streaming-list.ts';
import { BrokenWatch, type WatchEvent } from '../api/watch-stream.ts';
import { Store } from './store.ts';
import { trimPod } from './trim-pod.ts';
import { LONGEST_WAIT, WatchRecovery } from './watch-recovery.ts';
import { WatchTimeout } from './watch-timeout.ts';

interface Options {
  readonly client: KubernetesClient;
  readonly selection: Selection;
  readonly clock: Clock;
  readonly onChange: () => void;
  readonly onWarning: (sentence: string) => void;
  /** Jitter of the back-off, from 0 (inclusive) to 1. */
  readonly random?: () => number;
}

/** How often a kind is listed if the account may list but not watch it, in ms. */
const POLL = 5000;
/** A server that ends a watch sooner than this, in ms, has a problem. */
const SHORTEST_WATCH = 1000;

type Ending =
  /** The watch ended normally: continue from the last resourceVersion. */
  | { readonly kind: 'ended' }
  /** The watch can't be continued: list again. */
  | { readonly kind: 'relist' }
  | { readonly kind: 'forbidden' }
  | { readonly kind: 'failed'; readonly error: unknown };

/** Keeps a store in sync with the server: lists, then watches, and recovers from failures. The name is from client-go. */
export class Reflector {
  readonly store = new Store();
  readonly #options: Options;
  /** The watch that sent the listed objects, until it is followed. */
  #open: OpenWatch | undefined;
  #resourceVersion = '';
  readonly #recovery: WatchRecovery;
  #mayWatch = true;
  readonly #timeout = new WatchTimeout();
  #listed = false;

  constructor(options: Options) {
    this.#options = options;
    const { clock, onWarning, random } = options;
    const onRepeatedFailure = (message: string) =>
      onWarning(`The watch of ${this.#what} keeps failing (${message}). Retrying.`);
    this.#recovery = new WatchRecovery({ clock, onRepeatedFailure, ...defined({ random }) });
  }

  get selection(): Selection {
    return this.#options.selection;
  }

  /** Whether the objects have been listed at least once. */
  get listed(): boolean {
    return this.#listed;
  }

  /** Why the objects can't be followed at the moment; undefined if they can. */
  get lastingError(): unknown {
    return this.#recovery.lastingError;
  }

  /** @throws ApiError, NetworkError, ActionError as the client does. */
  async list(stop?: AbortSignal): Promise<void> {
    const { client } = this.#options;
    this.#open?.close(new Error('its objects are listed again'));
    this.#open = this.#mayWatch ? await this.#stream(stop) : undefined;
    if (!this.#listed && client.streamingLists.isBuffered) this.#timeout.assumeBuffering();
    const { items, resourceVersion } = this.#open ?? (await client.list(this.selection, stop));
    this.store.replace(items.map(trimPod));
    this.#resourceVersion = resourceVersion;
    this.#listed = true;
  }

  #stream(stop: AbortSignal | undefined): Promise<OpenWatch | undefined> {
    const { client } = this.#options;
    const { seconds } = this.#timeout;
    const watch = (signal: AbortSignal) => client.watch(this.selection, { seconds }, signal);
    return client.streamingLists.begin({ watch, stop });
  }

  /** Follows the changes until the signal aborts. @throws an explained error if retrying can't help. */
  async follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (this.#resourceVersion === '') await this.#relist(signal);
      else if (!this.#mayWatch) await this.#poll(signal);
      else await this.#handleEnding(await this.#watch(signal), signal);
    }
  }

  async #poll(signal: AbortSignal): Promise<void> {
    await this.#options.clock.sleep(POLL, signal);
    await this.#relist(signal);
  }

  async #relist(signal: AbortSignal): Promise<void> {
    try {
      await this.list(signal);
      this.#options.onChange();
    } catch (thrown) {
      if (signal.aborted) return;
      if (!isTransientError(thrown)) throw explain(thrown, `list ${this.#what}`, this.#options.client.connection);
      await this.#recovery.afterFailure(thrown, signal);
    }
  }

  async #handleEnding(ending: Ending, signal: AbortSignal): Promise<void> {
    const { client, onWarning } = this.#options;
    switch (ending.kind) {
      case 'ended':
        return;
      case 'relist':
        this.#resourceVersion = '';
        await this.#recovery.beforeRelist(signal);
        return;
      case 'forbidden':
        this.#mayWatch = false;
        onWarning(`The account may not watch ${this.#what}: listing every ${POLL / 1000} s instead.`);
        return;
      case 'failed':
        if (signal.aborted) return;
        if (!isTransientError(ending.error)) throw explain(ending.error, `watch ${this.#what}`, client.connection);
        await this.#recovery.afterFailure(ending.error, signal);
    }
  }

  async #watch(signal: AbortSignal): Promise<Ending> {
    const { client, clock } = this.#options;
    const silence = new AbortController();
    const stop = AbortSignal.any([signal, silence.signal]);
    const openedAt = clock.now();
    let lastEventAt: number | undefined;
    const watchdog = this.#detectSilence(() => lastEventAt ?? openedAt, silence, stop);
    const from = { resourceVersion: this.#resourceVersion, seconds: this.#timeout.seconds };
    const open = this.#open;
    this.#open = undefined;
    stop.addEventListener('abort', () => open?.close(stop.reason), { once: true });
    try {
      for await (const event of open?.events ?? client.watch(this.selection, from, stop)) {
        lastEventAt = clock.now();
        // A server may send something at once, and then end every watch.
        if (lastEventAt - openedAt >= SHORTEST_WATCH) this.#recovery.recovered();
        this.#apply(event);
      }
      return this.#ended(clock.now() - openedAt, lastEventAt === undefined ? undefined : clock.now() - lastEventAt);
    } catch (thrown) {
      if (silence.signal.aborted && !signal.aborted) return { kind: this.#timeout.onSilence() ? 'ended' : 'relist' };
      if (thrown instanceof BrokenWatch || (thrown instanceof ApiError && thrown.isExpired)) return { kind: 'relist' };
      if (thrown instanceof ApiError && [403, 405].includes(thrown.status)) return { kind: 'forbidden' };
      return { kind: 'failed', error: thrown };
    } finally {
      // A watch that lasted this long was healthy, even without events.
      if (clock.now() - openedAt >= LONGEST_WAIT) this.#recovery.recovered();
      silence.abort();
      await watchdog;
    }
  }

  /** @param lasted in ms. @param sinceLast since the last event, in ms. */
  #ended(lasted: number, sinceLast: number | undefined): Ending {
    // Back off from a server that closes every watch at once. A probe is meant to be short.
    const isTooSoon = lasted < SHORTEST_WATCH && !this.#timeout.isProbing;
    if (this.#timeout.onEnd(sinceLast))
      this.#options.onWarning(
        `Something between this runner and the API server, such as a proxy, buffers the changes of ${this.#what}. They are requested every ${this.#timeout.seconds} s instead.`,
      );
    return isTooSoon ? { kind: 'failed', error: new ApiError(CLOSED) } : { kind: 'ended' };
  }

  async #detectSilence(lastSignOfLife: () => number, silence: AbortController, stop: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    try {
      const { silenceLimit } = this.#timeout;
      for (let left = silenceLimit; left > 0; left = lastSignOfLife() + silenceLimit - clock.now())
        await clock.sleep(left, stop);
      silence.abort();
    } catch {
      // The watch ended before it was silent for too long.
    }
  }

  #apply(event: WatchEvent): void {
    if (event.resourceVersion !== '') this.#resourceVersion = event.resourceVersion;
    if (event.kind === 'bookmark') return;
    const object = trimPod(event.object);
    if (event.kind === 'set') this.store.set(object);
    else this.store.delete(object);
    this.#options.onChange();
  }

  get #what(): string {
    const { type, namespace } = this.selection;
    return namespace === '' ? type.plural : `${type.plural} in ${namespace}`;
  }
}

const CLOSED = { status: 503, reason: '', message: 'the server closed the watch at once' };
