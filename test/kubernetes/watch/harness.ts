import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { Selection } from '../../../src/kubernetes/api/client.ts';
import { Reflector } from '../../../src/kubernetes/watch/reflector.ts';
import { BriskClock } from '../../fakes/brisk-clock.ts';
import { kubeconfigFor } from '../../fakes/kubernetes/kubeconfig.ts';
import { FakeKubernetes, type KubernetesOptions } from '../../fakes/kubernetes/server.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { MiddleProxy } from '../../fakes/middle-proxy.ts';
import { invariant } from '../../jest-support.ts';
import { type Connected, connect } from '../connect.ts';

export const configMaps = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
  shortNames: [],
} as const;

export const configMap = (name: string, data = '1', app = 'shop') => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'staging', labels: { app } },
  data: { value: data },
});

/** A fake API server, a client and the reflectors of one test. */
export class WatchHarness {
  clock = new BriskClock();
  /** An empty folder, from which relative paths in the kubeconfig are resolved. */
  readonly folder: string;
  readonly #closers: (() => Promise<void>)[] = [];
  #fake: FakeKubernetes | undefined;
  #connected: Connected | undefined;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async open(): Promise<WatchHarness> {
    return new WatchHarness(await mkdtemp(join(tmpdir(), 'reflector-')));
  }

  async close(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close();
    await rm(this.folder, { recursive: true });
  }

  onClose(close: () => Promise<void>): void {
    this.#closers.push(close);
  }

  get fake(): FakeKubernetes {
    invariant(this.#fake, 'the server is not started');
    return this.#fake;
  }

  get connected(): Connected {
    invariant(this.#connected, 'the client is not connected');
    return this.#connected;
  }

  /** Starts the server and connects the client. */
  async start(options: KubernetesOptions = {}): Promise<void> {
    const fake = await FakeKubernetes.start(options);
    this.#fake = fake;
    this.onClose(() => fake.stop());
    await this.connect(fake.kubeconfig);
  }

  async connect(kubeconfig: string): Promise<void> {
    const connected = await connect({ kubeconfig, clock: this.clock, cwd: this.folder });
    this.#connected = connected;
    this.onClose(() => connected.close());
  }

  /** Starts behind a proxy that a test can make buffer or freeze. */
  async startBehindProxy(): Promise<{ readonly proxy: MiddleProxy; readonly serverClock: ManualClock }> {
    this.clock = new BriskClock(10_000);
    const serverClock = new ManualClock();
    await this.start({ clock: serverClock });
    const proxy = await MiddleProxy.start(this.fake.url);
    this.onClose(() => proxy.stop());
    await this.connect(kubeconfigFor({ server: proxy.url }));
    return { proxy, serverClock };
  }

  /** Follows the ConfigMaps of staging, and waits until the watch is open. */
  async follow(selection: Partial<Selection> = {}): Promise<FollowedObjects> {
    const followed = new FollowedObjects(this, { type: configMaps, namespace: 'staging', ...selection }, true);
    await this.fake.until(() => this.fake.openWatches === 1);
    return followed;
  }

  /** The number of lists that the server got. */
  lists(): number {
    return this.fake.requests.filter(({ method, query }) => method === 'GET' && !query.has('watch')).length;
  }

  /** The resource version at which each watch started. */
  watches(): (string | null)[] {
    return this.fake.requests
      .filter(({ query }) => query.has('watch'))
      .map(({ query }) => query.get('resourceVersion'));
  }

  /** The resource version of the last change. */
  version(): string {
    return String(this.fake.store.version);
  }
}

/** A running reflector with its objects and warnings. */
export class FollowedObjects {
  readonly warnings: string[] = [];
  readonly reflector: Reflector;
  readonly ended: Promise<void>;
  readonly #stop = new AbortController();
  readonly #waiting: (() => void)[] = [];

  constructor(harness: WatchHarness, selection: Selection, isListed: boolean) {
    const notify = () => {
      for (const wake of this.#waiting.splice(0)) wake();
    };
    this.reflector = new Reflector({
      client: harness.connected.client,
      selection,
      clock: harness.clock,
      onChange: notify,
      onWarning: (sentence) => {
        this.warnings.push(sentence);
        notify();
      },
      random: () => 1,
    });
    this.ended = (isListed ? this.reflector.list() : Promise.resolve()).then(() =>
      this.reflector.follow(this.#stop.signal).catch((thrown: unknown) => {
        if (!this.#stop.signal.aborted) throw thrown;
      }),
    );
    // Tests that expect an error await `ended`.
    this.ended.catch(() => {});
    harness.onClose(async () => {
      this.#stop.abort(new Error('the test is over'));
      await this.ended.catch(() => {});
    });
  }

  /** The objects in the store: `a=1 b=2`. */
  get content(): string {
    const entries = this.reflector.store.all().map(({ metadata, ...rest }) => {
      const data = rest['data'];
      return `${metadata.name}=${typeof data === 'object' && data !== null && 'value' in data ? data.value : ''}`;
    });
    return entries.sort().join(' ');
  }

  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async shows(expected: string): Promise<void> {
    await this.until(() => this.content === expected);
  }
}

/** Advances the server's clock once the watch has started its timer. */
export async function pass(serverClock: ManualClock, ms: number): Promise<void> {
  const end = serverClock.now() + ms;
  while ((serverClock.nextAt ?? Number.POSITIVE_INFINITY) > end) await turn();
  await serverClock.advanceTo(end, () => turn());
}
