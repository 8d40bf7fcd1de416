import type { Clock } from '../../core/clock.ts';
import { messageOf } from '../../core/error.ts';
import { backoff } from '../../http/retry.ts';
import { ApiError } from '../api/api-error.ts';
import type { KubernetesClient, Selection } from '../api/client.ts';
import { explain, isTransientError } from '../api/explain.ts';
import type { OpenWatch } from '../api/streaming-list.ts';
import { BrokenWatch, type WatchEvent } from '../api/watch-stream.ts';
import { Store } from './store.ts';
import { trimPod } from './trim-pod.ts';
import { WatchTimeout } from './watch-timeout.ts';

interface Options {
  readonly client: KubernetesClient;
  readonly selection: Selection;
  readonly clock: Clock;
  readonly onChange: () => void;
  readonly onWarning: (sentence: string) => void;
  /** From 0 (inclusive) to 1: the jitter of back-offs. */
  readonly random?: () => number;
}

/** How often a kind is listed where the account may list but not watch. */
const POLL = 5000;
/** No server ends a watch sooner, in ms. */
const SHORTEST_WATCH = 1000;
const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;

type Ending =
  /** The watch ended as watches do: go on from the last resourceVersion. */
  | { readonly kind: 'ended' }
  /** The watch can't be gone on with: list again. */
  | { readonly kind: 'relist' }
  | { readonly kind: 'forbidden' }
  | { readonly kind: 'failed'; readonly error: unknown };

/** Keeps a store like the server's objects: list, then watch, and whatever it takes to go on (client-go calls this a reflector). */
export class Reflector {
  readonly store = new Store();
  readonly #options: Options;
  /** The watch that has brought what was listed, until it is followed. */
  #open: OpenWatch | undefined;
  #resourceVersion = '';
  /** Watches that failed, and that could not be gone on with, in a row. */
  #failures = 0;
  #relists = 0;
  #mayWatch = true;
  readonly #pace = new WatchTimeout();
  #listed = false;

  constructor(options: Options) {
    this.#options = options;
  }

  get selection(): Selection {
    return this.#options.selection;
  }

  /** Whether the store holds what a list showed at least once. */
  get listed(): boolean {
    return this.#listed;
  }

  /** @throws ApiError, NetworkError, ActionError as the client does. */
  async list(stop?: AbortSignal): Promise<void> {
    const { client } = this.#options;
    this.#open?.close(new Error('its objects are read anew'));
    this.#open = this.#mayWatch ? await this.#stream(stop) : undefined;
    if (!this.#listed && client.streamingLists.isBuffered) this.#pace.assumeBuffering();
    const { items, resourceVersion } = this.#open ?? (await client.list(this.selection, stop));
    this.store.replace(items.map(trimPod));
    this.#resourceVersion = resourceVersion;
    this.#listed = true;
  }

  #stream(stop: AbortSignal | undefined): Promise<OpenWatch | undefined> {
    const { client } = this.#options;
    const { seconds } = this.#pace;
    const watch = (signal: AbortSignal) => client.watch(this.selection, { seconds }, signal);
    return client.streamingLists.begin({ watch, stop });
  }

  /** Follows the changes until the signal aborts. @throws an explained error where going on can't help. */
  async follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (this.#resourceVersion === '') await this.#relist(signal);
      else if (!this.#mayWatch) await this.#poll(signal);
      else await this.#conclude(await this.#watch(signal), signal);
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
      await this.#backOff(thrown, signal);
    }
  }

  async #conclude(ending: Ending, signal: AbortSignal): Promise<void> {
    const { client, onWarning } = this.#options;
    switch (ending.kind) {
      case 'ended':
        return;
      case 'relist':
        this.#resourceVersion = '';
        if (this.#relists > 0) await this.#pause(this.#relists, 0, signal);
        this.#relists += 1;
        return;
      case 'forbidden':
        this.#mayWatch = false;
        onWarning(`The account may not watch ${this.#what}: listing every ${POLL / 1000} s instead.`);
        return;
      case 'failed':
        if (signal.aborted) return;
        if (!isTransientError(ending.error)) throw explain(ending.error, `watch ${this.#what}`, client.connection);
        await this.#backOff(ending.error, signal);
    }
  }

  /** Waits longer with each failure in a row; which of them matter is told once a row. */
  async #backOff(error: unknown, signal: AbortSignal): Promise<void> {
    const asked = error instanceof ApiError ? (error.retryAfter ?? 0) : 0;
    this.#failures += 1;
    if (this.#failures === 3)
      this.#options.onWarning(`The watch of ${this.#what} keeps failing (${messageOf(error)}); still trying.`);
    await this.#pause(this.#failures - 1, asked, signal);
  }

  async #pause(attempt: number, least: number, signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#options;
    const ms = backoff({ first: FIRST_WAIT, longest: LONGEST_WAIT, ...(random ? { random } : {}) }, attempt);
    await clock.sleep(Math.max(least, ms), signal);
  }

  #recovered(): void {
    this.#failures = 0;
    this.#relists = 0;
  }

  async #watch(signal: AbortSignal): Promise<Ending> {
    const { client, clock } = this.#options;
    const silence = new AbortController();
    const stop = AbortSignal.any([signal, silence.signal]);
    const openedAt = clock.now();
    let heardAt: number | undefined;
    const watchdog = this.#guard(() => heardAt ?? openedAt, silence, stop);
    const from = { resourceVersion: this.#resourceVersion, seconds: this.#pace.seconds };
    const open = this.#open;
    this.#open = undefined;
    stop.addEventListener('abort', () => open?.close(stop.reason), { once: true });
    try {
      for await (const event of open?.events ?? client.watch(this.selection, from, stop)) {
        heardAt = clock.now();
        this.#recovered();
        this.#apply(event);
      }
      return this.#ended(clock.now() - openedAt, heardAt === undefined ? undefined : clock.now() - heardAt);
    } catch (thrown) {
      if (silence.signal.aborted && !signal.aborted) return { kind: this.#pace.onSilence() ? 'ended' : 'relist' };
      if (thrown instanceof BrokenWatch || (thrown instanceof ApiError && thrown.isExpired)) return { kind: 'relist' };
      if (thrown instanceof ApiError && [403, 405].includes(thrown.status)) return { kind: 'forbidden' };
      return { kind: 'failed', error: thrown };
    } finally {
      // A quiet watch that lasted was a good one.
      if (clock.now() - openedAt >= LONGEST_WAIT) this.#recovered();
      silence.abort();
      await watchdog;
    }
  }

  /** @param lasted and @param sinceNews in ms. */
  #ended(lasted: number, sinceNews: number | undefined): Ending {
    // A server that closes at once, again and again, must not be hammered; a probe is followed by a whole watch.
    const isTooSoon = lasted < SHORTEST_WATCH && !this.#pace.isProbing;
    if (this.#pace.onEnd(sinceNews))
      this.#options.onWarning(
        `Something between this runner and the API server holds back what happens to ${this.#what} (a proxy that buffers?): it is asked for every ${this.#pace.seconds} s instead.`,
      );
    return isTooSoon ? { kind: 'failed', error: new ApiError(CLOSED) } : { kind: 'ended' };
  }

  async #guard(heardAt: () => number, silence: AbortController, stop: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    try {
      const { silenceLimit } = this.#pace;
      for (let left = silenceLimit; left > 0; left = heardAt() + silenceLimit - clock.now())
        await clock.sleep(left, stop);
      silence.abort();
    } catch {
      // The watch has ended before it fell silent.
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
