import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Selection } from '../../../src/kubernetes/api/client.ts';
import { Reflector } from '../../../src/kubernetes/watch/reflector.ts';
import { BriskClock } from '../../fakes/brisk-clock.ts';
import { kubeconfigFor } from '../../fakes/kubernetes/kubeconfig.ts';
import { FakeKubernetes, type KubernetesOptions } from '../../fakes/kubernetes/server.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { MiddleProxy } from '../../fakes/middle-proxy.ts';
import { expectWithNote } from '../../jest-support.ts';
import { type Connected, connect } from '../connect.ts';

const type = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
  shortNames: [],
} as const;

const map = (name: string, data = '1', app = 'shop') => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'staging', labels: { app } },
  data: { value: data },
});

let fake: FakeKubernetes;
let connected: Connected;
let clock: BriskClock;
let folder: string;
const open: (() => Promise<void>)[] = [];

beforeEach(async () => {
  clock = new BriskClock();
  folder = await mkdtemp(join(tmpdir(), 'reflector-'));
});
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
  await rm(folder, { recursive: true });
});

/** A running reflector with its objects and warnings. */
class Followed {
  readonly warnings: string[] = [];
  readonly reflector: Reflector;
  readonly ended: Promise<void>;
  readonly #stop = new AbortController();
  readonly #waiting: (() => void)[] = [];

  constructor(selection: Selection, isListed: boolean) {
    const notify = () => {
      for (const wake of this.#waiting.splice(0)) wake();
    };
    this.reflector = new Reflector({
      client: connected.client,
      selection,
      clock,
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
    open.push(async () => {
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

async function start(options: KubernetesOptions = {}, kubeconfig?: string): Promise<void> {
  fake = await FakeKubernetes.start(options);
  open.push(() => fake.stop());
  connected = await connect({ kubeconfig: kubeconfig ?? fake.kubeconfig, clock, cwd: folder });
  open.push(() => connected.close());
}

/** Starts behind a proxy that a test can make buffer or freeze. */
async function startBehindProxy() {
  clock = new BriskClock(10_000);
  const serverClock = new ManualClock();
  await start({ clock: serverClock });
  const proxy = await MiddleProxy.start(fake.url);
  open.push(() => proxy.stop());
  connected = await connect({ kubeconfig: kubeconfigFor({ server: proxy.url }), clock, cwd: folder });
  const { close } = connected;
  open.push(() => close());
  return { proxy, serverClock };
}

/** Advances the server's clock once the watch has started its timer. */
async function pass(serverClock: ManualClock, ms: number): Promise<void> {
  const end = serverClock.now() + ms;
  while ((serverClock.nextAt ?? Number.POSITIVE_INFINITY) > end) await turn();
  await serverClock.advanceTo(end, () => turn());
}

/** Follows the ConfigMaps of staging, and waits until the watch is open. */
async function follow(selection: Partial<Selection> = {}): Promise<Followed> {
  const followed = new Followed({ type, namespace: 'staging', ...selection }, true);
  await fake.until(() => fake.openWatches === 1);
  return followed;
}

const lists = () => fake.requests.filter(({ method, query }) => method === 'GET' && !query.has('watch')).length;
const watches = () =>
  fake.requests.filter(({ query }) => query.has('watch')).map(({ query }) => query.get('resourceVersion'));
const pastVersion = () => String(fake.store.version);

test('existing, added, changed and deleted objects are seen with one list and one watch', async () => {
  await start();
  fake.apply(map('a'), map('elsewhere', '1', 'other'));
  const listedAt = pastVersion();
  const followed = await follow({ labelSelector: 'app=shop' });
  expect(followed.content).toBe('a=1');
  fake.apply(map('b'));
  await followed.shows('a=1 b=1');
  fake.apply(map('a', '2'));
  await followed.shows('a=2 b=1');
  fake.delete({ kind: 'ConfigMap', name: 'b', namespace: 'staging' });
  await followed.shows('a=2');
  expect(followed.reflector.store.lastSeen('staging', 'b')?.metadata.name).toBe('b');
  // An object that no longer matches the selector is deleted for this watch.
  fake.apply(map('a', '2', 'other'));
  await followed.shows('');
  expect(lists()).toBe(1);
  expect(watches()).toStrictEqual([listedAt]);
});

test('many objects are listed in pages, and the list starts again if the continue token has expired', async () => {
  await start();
  fake.apply(...Array.from({ length: 1100 }, (_, index) => map(`m${index}`)));
  const { items, resourceVersion } = await connected.client.list({ type, namespace: 'staging' });
  expect(items.length).toBe(1100);
  expect(resourceVersion).toBe(pastVersion());
  expect(lists()).toBe(3);
  fake.faults.inject(/continue=/, {
    kind: 'status',
    status: 410,
    body: '{"kind":"Status","code":410,"reason":"Expired","message":"The provided continue parameter is too old"}',
  });
  expect((await connected.client.list({ type, namespace: 'staging' })).items.length).toBe(1100);
});

test('after a dropped connection the watch continues from the last version, without another list', async () => {
  await start();
  fake.apply(map('a'));
  const followed = await follow();
  fake.apply(map('b'));
  await followed.shows('a=1 b=1');
  const seen = pastVersion();
  fake.cutWatches();
  fake.apply(map('missed'));
  await followed.shows('a=1 b=1 missed=1');
  expect(lists()).toBe(1);
  expect(watches().at(-1)).toBe(seen);
});

test('bookmarks keep the version of a watch without events recent', async () => {
  const serverClock = new ManualClock();
  await start({ clock: serverClock });
  const followed = await follow({ labelSelector: 'app=shop' });
  fake.apply(map('noise', '1', 'other'));
  const marked = pastVersion();
  await pass(serverClock, 60_000);
  fake.apply(map('a'));
  await followed.shows('a=1');
  const before = watches().length;
  fake.cutWatches();
  await fake.until(() => watches().length > before);
  expect(Number(watches().at(-1))).toBeGreaterThan(Number(marked));
  expect(lists()).toBe(1);
});

test('a watch whose version was compacted lists again', async () => {
  await start();
  fake.bookmarks = false;
  fake.apply(map('a'));
  const followed = await follow({ labelSelector: 'app=shop' });
  fake.apply(map('noise', '1', 'other'));
  fake.cutWatches();
  fake.apply(map('b'));
  fake.delete({ kind: 'ConfigMap', name: 'a', namespace: 'staging' });
  fake.compact();
  await followed.shows('b=1');
  expect(lists()).toBe(2);
  expect(followed.reflector.store.lastSeen('staging', 'a')?.metadata.name).toBe('a');
});

test('a watch that gets HTTP 410 lists again, after growing delays', async () => {
  await start();
  const followed = await follow();
  const gone = '{"kind":"Status","code":410,"reason":"Gone","message":"too old resource version"}';
  fake.faults.inject(/watch=true/, { kind: 'status', status: 410, body: gone }, 4);
  fake.cutWatches();
  fake.apply(map('a'));
  await followed.shows('a=1');
  await fake.until(() => fake.openWatches === 1);
  expect(lists()).toBe(5);
  expect(clock.waits.slice(-3)).toStrictEqual([1000, 2000, 4000]);
});

test.each([
  ['a truncated event', '{"type":"ADDED","object":{"metadata":{"na'],
  ['a line that is not JSON', '<html>Bad gateway</html>\n'],
  ['an event of unknown type', '{"type":"RENAMED","object":{"metadata":{"name":"x"}}}\n'],
] as const)('after %s the objects are listed again', async (_what, rest) => {
  await start();
  fake.apply(map('a'));
  const followed = await follow();
  fake.cutWatches({ after: rest });
  await fake.until(() => lists() === 2 && fake.openWatches === 1);
  fake.apply(map('b'));
  await followed.shows('a=1 b=1');
});

test('if the connection is lost within an event, the watch continues before that event', async () => {
  await start();
  const followed = await follow();
  fake.faults.inject(/watch=true/, { kind: 'truncated', bytes: 60 });
  fake.cutWatches();
  fake.apply(map('a'));
  await followed.shows('a=1');
  expect(lists()).toBe(1);
});

test('after a 401 on a watch the token file is read again', async () => {
  const tokenFile = join(folder, 'token');
  await writeFile(tokenFile, 'first-token\n');
  await start({ token: 'first-token' });
  const config = fake.kubeconfig.replace('token: first-token', 'tokenFile: token');
  connected = await connect({ kubeconfig: config, clock, cwd: folder });
  const followed = await follow();
  fake.token = 'second-token';
  await writeFile(tokenFile, 'second-token\n');
  fake.cutWatches();
  fake.apply(map('a'));
  await followed.shows('a=1');
  expect(fake.requests.at(-1)?.headers.authorization).toBe('Bearer second-token');
});

test('a permanently invalid token ends the reflector with kubernetes-unauthorized', async () => {
  await start({ token: 'first-token' });
  const followed = await follow();
  fake.token = 'second-token';
  fake.cutWatches();
  await expect(followed.ended).rejects.toMatchObject({ code: 'kubernetes-unauthorized' });
});

test('the Retry-After of the server is respected', async () => {
  await start();
  const followed = await follow();
  fake.faults.inject(/watch=true/, {
    kind: 'status',
    status: 429,
    headers: { 'retry-after': '7', 'content-type': 'text/plain' },
    body: 'Too many requests, please try again later.',
  });
  fake.cutWatches();
  fake.apply(map('a'));
  await followed.shows('a=1');
  expectWithNote(clock.waits, String(clock.waits)).toContain(7000);
});

test('a failing watch is retried after growing delays, with a single warning', async () => {
  await start();
  const followed = await follow();
  fake.faults.inject(/watch=true/, { kind: 'status', status: 503 }, 5);
  fake.cutWatches();
  fake.apply(map('a'));
  await followed.shows('a=1');
  expect(followed.warnings).toStrictEqual(['The watch of configmaps in staging keeps failing (HTTP 503). Retrying.']);
  const grown = clock.waits.slice(-4);
  expect(grown).toStrictEqual(grown.toSorted((a, b) => a - b));
});

test('a watch that the server closes at once is reopened only after a delay', async () => {
  await start();
  const followed = await follow();
  fake.faults.inject(/watch=true/, { kind: 'status', status: 200, body: '' }, 5);
  fake.cutWatches();
  fake.apply(map('a'));
  await followed.shows('a=1');
  expectWithNote(clock.waits.length, String(clock.waits)).toBeGreaterThanOrEqual(5);
});

test('changes during a restart of the server are seen afterwards', async () => {
  await start();
  fake.apply(map('a'));
  const followed = await follow();
  await fake.stop();
  fake.apply(map('b'));
  await fake.restart();
  await followed.shows('a=1 b=1');
});

test('a truncated list is requested again', async () => {
  await start();
  fake.apply(map('a'));
  fake.faults.inject(/configmaps/, { kind: 'truncated', bytes: 40 });
  const { items } = await connected.client.list({ type, namespace: 'staging' });
  expect(items.length).toBe(1);
});

test('an account that may list but not watch lists every 5 s, with a warning', async () => {
  await start();
  fake.deny({ verb: 'watch', resource: 'configmaps' });
  const followed = new Followed({ type, namespace: 'staging' }, true);
  await followed.until(() => followed.warnings.length === 1);
  expect(followed.warnings[0] ?? '').toMatch(/may not watch configmaps in staging: listing every 5 s instead/);
  fake.apply(map('a'));
  await followed.shows('a=1');
  expect(clock.waits).toContain(5000);
  expect(watches().length).toBe(1);
});

test('an account that may not list gets kubernetes-forbidden with the missing permission', async () => {
  await start();
  fake.deny({ verb: 'list', resource: 'configmaps' });
  const followed = new Followed({ type, namespace: 'staging' }, false);
  await expect(followed.ended).rejects.toMatchObject({
    code: 'kubernetes-forbidden',
    message: expect.stringMatching(
      /may not list configmaps in staging: configmaps is forbidden: User ".+" cannot list resource "configmaps" in API group "" in the namespace "staging"/,
    ),
  });
});

test('a silent watch is followed by a short probe and a normal watch from the same version, without another list', async () => {
  clock = new BriskClock(10_000);
  const serverClock = new ManualClock();
  await start({ clock: serverClock });
  fake.apply(map('a'));
  const followed = await follow();
  const at = pastVersion();
  clock.wake();
  await fake.until(() => watches().length === 2);
  await pass(serverClock, 1000);
  await fake.until(() => watches().length === 3 && fake.openWatches === 1);
  fake.apply(map('b'));
  await followed.shows('a=1 b=1');
  expect(lists()).toBe(1);
  expect(watches()).toStrictEqual([at, at, at]);
  const seconds = fake.requests.flatMap(({ query }) => query.get('timeoutSeconds') ?? []);
  expect(seconds).toStrictEqual(['290', '1', '290']);
  expect(followed.warnings).toStrictEqual([]);
});

test('changes that a dead connection lost are seen in the next watch', async () => {
  const { proxy } = await startBehindProxy();
  const followed = await follow();
  proxy.freeze();
  fake.apply(map('a'));
  clock.wake();
  await followed.shows('a=1');
  expect(lists()).toBe(1);
});

test('if even a short probe does not end, the objects are listed again', async () => {
  const { proxy } = await startBehindProxy();
  const followed = await follow();
  clock.wake();
  await fake.until(() => watches().length === 2 && fake.openWatches === 1);
  proxy.freeze();
  fake.apply(map('a'));
  clock.wake();
  await followed.shows('a=1');
  expect(lists()).toBe(2);
});

test('behind a buffering proxy, changes are seen within seconds once the buffering is detected', async () => {
  const { proxy, serverClock } = await startBehindProxy();
  proxy.buffers = true;
  const followed = await follow();
  fake.apply(map('a'));
  clock.wake();
  await fake.until(() => watches().length === 2);
  await pass(serverClock, 1000);
  await followed.shows('a=1');
  await fake.until(() => watches().length === 3);
  fake.apply(map('b'));
  await pass(serverClock, 5000);
  await followed.shows('a=1 b=1');
  expect(lists()).toBe(1);
  expect(followed.warnings.join()).toMatch(
    /^Something between this runner and the API server, such as a proxy, buffers the changes of configmaps in staging\. They are requested every 5 s instead\.$/,
  );
});

test('watches without events that end normally do not count as failures', async () => {
  await start();
  const followed = await follow();
  for (let round = 2; round <= 6; round++) {
    clock.pass(240_000);
    fake.cutWatches();
    await fake.until(() => watches().length === round && fake.openWatches === 1);
  }
  expect(followed.warnings).toStrictEqual([]);
  expectWithNote(
    clock.waits.every((ms) => ms <= 1000),
    String(clock.waits),
  ).toBeTruthy();
});
