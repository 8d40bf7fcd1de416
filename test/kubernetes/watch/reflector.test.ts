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
import { type Connected, connect } from '../client.ts';

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

let double: FakeKubernetes;
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

/** What a reflector shows and says, with the moments in which it changes. */
class Followed {
  readonly warnings: string[] = [];
  readonly reflector: Reflector;
  readonly ended: Promise<void>;
  readonly #stop = new AbortController();
  readonly #waiting: (() => void)[] = [];

  constructor(selection: Selection, isListed: boolean) {
    const stir = () => {
      for (const wake of this.#waiting.splice(0)) wake();
    };
    this.reflector = new Reflector({
      client: connected.client,
      selection,
      clock,
      onChange: stir,
      onWarning: (sentence) => {
        this.warnings.push(sentence);
        stir();
      },
      random: () => 1,
    });
    this.ended = (isListed ? this.reflector.list() : Promise.resolve()).then(() =>
      this.reflector.follow(this.#stop.signal).catch((thrown: unknown) => {
        if (!this.#stop.signal.aborted) throw thrown;
      }),
    );
    // Whoever expects an end looks at `ended`.
    this.ended.catch(() => {});
    open.push(async () => {
      this.#stop.abort(new Error('the test is over'));
      await this.ended.catch(() => {});
    });
  }

  /** `a=1 b=2`: what the store holds. */
  get shown(): string {
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
    await this.until(() => this.shown === expected);
  }
}

async function start(options: KubernetesOptions = {}, kubeconfig?: string): Promise<void> {
  double = await FakeKubernetes.start(options);
  open.push(() => double.stop());
  connected = await connect({ kubeconfig: kubeconfig ?? double.kubeconfig, clock, cwd: folder });
  open.push(() => connected.close());
}

/** The same behind a proxy, whose manners a test can spoil. */
async function startBehindProxy() {
  clock = new BriskClock(10_000);
  const serverClock = new ManualClock();
  await start({ clock: serverClock });
  const proxy = await MiddleProxy.start(double.url);
  open.push(() => proxy.stop());
  connected = await connect({ kubeconfig: kubeconfigFor({ server: proxy.url }), clock, cwd: folder });
  const { close } = connected;
  open.push(() => close());
  return { proxy, serverClock };
}

/** Lets the server's time pass by what its watch has got, once that has begun. */
async function pass(serverClock: ManualClock, ms: number): Promise<void> {
  const end = serverClock.now() + ms;
  while ((serverClock.nextAt ?? Number.POSITIVE_INFINITY) > end) await turn();
  await serverClock.advanceTo(end, () => turn());
}

/** Follows the ConfigMaps of staging, once the watch is open. */
async function follow(selection: Partial<Selection> = {}): Promise<Followed> {
  const followed = new Followed({ type, namespace: 'staging', ...selection }, true);
  await double.until(() => double.openWatches === 1);
  return followed;
}

const lists = () => double.requests.filter(({ method, query }) => method === 'GET' && !query.has('watch')).length;
const watches = () =>
  double.requests.filter(({ query }) => query.has('watch')).map(({ query }) => query.get('resourceVersion'));
const pastVersion = () => String(double.store.version);

test('what is there, comes, changes and goes is shown, from one list and one watch', async () => {
  await start();
  double.apply(map('a'), map('elsewhere', '1', 'other'));
  const listedAt = pastVersion();
  const followed = await follow({ labelSelector: 'app=shop' });
  expect(followed.shown).toBe('a=1');
  double.apply(map('b'));
  await followed.shows('a=1 b=1');
  double.apply(map('a', '2'));
  await followed.shows('a=2 b=1');
  double.delete({ kind: 'ConfigMap', name: 'b', namespace: 'staging' });
  await followed.shows('a=2');
  expect(followed.reflector.store.lastSeen('staging', 'b')?.metadata.name).toBe('b');
  // Out of the selection is gone, for who selects.
  double.apply(map('a', '2', 'other'));
  await followed.shows('');
  expect(lists()).toBe(1);
  expect(watches()).toStrictEqual([listedAt]);
});

test('many objects are listed page by page, and pages that grow too old are begun anew', async () => {
  await start();
  double.apply(...Array.from({ length: 1100 }, (_, index) => map(`m${index}`)));
  const { items, resourceVersion } = await connected.client.list({ type, namespace: 'staging' });
  expect(items.length).toBe(1100);
  expect(resourceVersion).toBe(pastVersion());
  expect(lists()).toBe(3);
  double.faults.inject(/continue=/, {
    kind: 'status',
    status: 410,
    body: '{"kind":"Status","code":410,"reason":"Expired","message":"The provided continue parameter is too old"}',
  });
  expect((await connected.client.list({ type, namespace: 'staging' })).items.length).toBe(1100);
});

test('a watch that is cut goes on where it was, without another list', async () => {
  await start();
  double.apply(map('a'));
  const followed = await follow();
  double.apply(map('b'));
  await followed.shows('a=1 b=1');
  const seen = pastVersion();
  double.cutWatches();
  double.apply(map('missed'));
  await followed.shows('a=1 b=1 missed=1');
  expect(lists()).toBe(1);
  expect(watches().at(-1)).toBe(seen);
});

test('bookmarks carry a quiet watch past what is forgotten', async () => {
  const serverClock = new ManualClock();
  await start({ clock: serverClock });
  const followed = await follow({ labelSelector: 'app=shop' });
  double.apply(map('noise', '1', 'other'));
  const marked = pastVersion();
  await pass(serverClock, 60_000);
  double.apply(map('a'));
  await followed.shows('a=1');
  const before = watches().length;
  double.cutWatches();
  await double.until(() => watches().length > before);
  expect(Number(watches().at(-1))).toBeGreaterThan(Number(marked));
  expect(lists()).toBe(1);
});

test('without bookmarks a watch that is too old lists again', async () => {
  await start();
  double.bookmarks = false;
  double.apply(map('a'));
  const followed = await follow({ labelSelector: 'app=shop' });
  double.apply(map('noise', '1', 'other'));
  double.cutWatches();
  double.apply(map('b'));
  double.delete({ kind: 'ConfigMap', name: 'a', namespace: 'staging' });
  double.compact();
  await followed.shows('b=1');
  expect(lists()).toBe(2);
  expect(followed.reflector.store.lastSeen('staging', 'a')?.metadata.name).toBe('a');
});

test('410 as the status of the answer lists again too, and again and again only ever later', async () => {
  await start();
  const followed = await follow();
  const gone = '{"kind":"Status","code":410,"reason":"Gone","message":"too old resource version"}';
  double.faults.inject(/watch=true/, { kind: 'status', status: 410, body: gone }, 4);
  double.cutWatches();
  double.apply(map('a'));
  await followed.shows('a=1');
  await double.until(() => double.openWatches === 1);
  expect(lists()).toBe(5);
  expect(clock.waits.slice(-3)).toStrictEqual([1000, 2000, 4000]);
});

for (const [what, rest] of [
  ['an event that is cut short', '{"type":"ADDED","object":{"metadata":{"na'],
  ['a line that is not JSON', '<html>Bad gateway</html>\n'],
  ['an event of no known type', '{"type":"RENAMED","object":{"metadata":{"name":"x"}}}\n'],
] as const)
  test(`${what} is not believed: the objects are listed again`, async () => {
    await start();
    double.apply(map('a'));
    const followed = await follow();
    double.cutWatches({ after: rest });
    await double.until(() => lists() === 2 && double.openWatches === 1);
    double.apply(map('b'));
    await followed.shows('a=1 b=1');
  });

test('a connection that is lost within an event goes on before it', async () => {
  await start();
  const followed = await follow();
  double.faults.inject(/watch=true/, { kind: 'truncated', bytes: 60 });
  double.cutWatches();
  double.apply(map('a'));
  await followed.shows('a=1');
  expect(lists()).toBe(1);
});

test('a token that is refused is read anew, for the watch as for the list', async () => {
  const tokenFile = join(folder, 'token');
  await writeFile(tokenFile, 'first-token\n');
  await start({ token: 'first-token' });
  const config = double.kubeconfig.replace('token: first-token', 'tokenFile: token');
  connected = await connect({ kubeconfig: config, clock, cwd: folder });
  const followed = await follow();
  double.token = 'second-token';
  await writeFile(tokenFile, 'second-token\n');
  double.cutWatches();
  double.apply(map('a'));
  await followed.shows('a=1');
  expect(double.requests.at(-1)?.headers.authorization).toBe('Bearer second-token');
});

test('a token that stays refused ends it with a sentence', async () => {
  await start({ token: 'first-token' });
  const followed = await follow();
  double.token = 'second-token';
  double.cutWatches();
  await expect(followed.ended).rejects.toMatchObject({ code: 'kubernetes-unauthorized' });
});

test('the pause that the server asks for is kept', async () => {
  await start();
  const followed = await follow();
  double.faults.inject(/watch=true/, {
    kind: 'status',
    status: 429,
    headers: { 'retry-after': '7', 'content-type': 'text/plain' },
    body: 'Too many requests, please try again later.',
  });
  double.cutWatches();
  double.apply(map('a'));
  await followed.shows('a=1');
  expectWithNote(clock.waits, String(clock.waits)).toContain(7000);
});

test('a server that fails for a while is asked ever later, and that is said once', async () => {
  await start();
  const followed = await follow();
  double.faults.inject(/watch=true/, { kind: 'status', status: 503 }, 5);
  double.cutWatches();
  double.apply(map('a'));
  await followed.shows('a=1');
  expect(followed.warnings).toStrictEqual(['The watch of configmaps in staging keeps failing (HTTP 503). Retrying.']);
  const grown = clock.waits.slice(-4);
  expect(grown).toStrictEqual(grown.toSorted((a, b) => a - b));
});

test('a watch that is closed at once, again and again, is not opened in a tight loop', async () => {
  await start();
  const followed = await follow();
  double.faults.inject(/watch=true/, { kind: 'status', status: 200, body: '' }, 5);
  double.cutWatches();
  double.apply(map('a'));
  await followed.shows('a=1');
  expectWithNote(clock.waits.length, String(clock.waits)).toBeGreaterThanOrEqual(5);
});

test('a restart of the server is survived, and what happened meanwhile is shown', async () => {
  await start();
  double.apply(map('a'));
  const followed = await follow();
  await double.stop();
  double.apply(map('b'));
  await double.restart();
  await followed.shows('a=1 b=1');
});

test('a list that is cut short is asked for again', async () => {
  await start();
  double.apply(map('a'));
  double.faults.inject(/configmaps/, { kind: 'truncated', bytes: 40 });
  const { items } = await connected.client.list({ type, namespace: 'staging' });
  expect(items.length).toBe(1);
});

test('who may list but not watch lists every few seconds, and is told so', async () => {
  await start();
  double.deny({ verb: 'watch', resource: 'configmaps' });
  const followed = new Followed({ type, namespace: 'staging' }, true);
  await followed.until(() => followed.warnings.length === 1);
  expect(followed.warnings[0] ?? '').toMatch(/may not watch configmaps in staging: listing every 5 s instead/);
  double.apply(map('a'));
  await followed.shows('a=1');
  expect(clock.waits).toContain(5000);
  expect(watches().length).toBe(1);
});

test('who may not list is told what is missing', async () => {
  await start();
  double.deny({ verb: 'list', resource: 'configmaps' });
  const followed = new Followed({ type, namespace: 'staging' }, false);
  await expect(followed.ended).rejects.toMatchObject({
    code: 'kubernetes-forbidden',
    message: expect.stringMatching(
      /may not list configmaps in staging: configmaps is forbidden: User ".+" cannot list resource "configmaps" in API group "" in the namespace "staging"/,
    ),
  });
});

test('a quiet watch goes on from where it was, by a short watch and a whole one, without another list', async () => {
  clock = new BriskClock(10_000);
  const serverClock = new ManualClock();
  await start({ clock: serverClock });
  double.apply(map('a'));
  const followed = await follow();
  const at = pastVersion();
  clock.wake();
  await double.until(() => watches().length === 2);
  await pass(serverClock, 1000);
  await double.until(() => watches().length === 3 && double.openWatches === 1);
  double.apply(map('b'));
  await followed.shows('a=1 b=1');
  expect(lists()).toBe(1);
  expect(watches()).toStrictEqual([at, at, at]);
  const seconds = double.requests.flatMap(({ query }) => query.get('timeoutSeconds') ?? []);
  expect(seconds).toStrictEqual(['290', '1', '290']);
  expect(followed.warnings).toStrictEqual([]);
});

test('what a dead connection has kept is brought by the next watch', async () => {
  const { proxy } = await startBehindProxy();
  const followed = await follow();
  proxy.freeze();
  double.apply(map('a'));
  clock.wake();
  await followed.shows('a=1');
  expect(lists()).toBe(1);
});

test('where nothing comes through any more, not even the end of a short watch, the objects are listed again', async () => {
  const { proxy } = await startBehindProxy();
  const followed = await follow();
  clock.wake();
  await double.until(() => watches().length === 2 && double.openWatches === 1);
  proxy.freeze();
  double.apply(map('a'));
  clock.wake();
  await followed.shows('a=1');
  expect(lists()).toBe(2);
});

test('behind a proxy that buffers, what happens is seen within seconds once that is known', async () => {
  const { proxy, serverClock } = await startBehindProxy();
  proxy.buffers = true;
  const followed = await follow();
  double.apply(map('a'));
  clock.wake();
  await double.until(() => watches().length === 2);
  await pass(serverClock, 1000);
  await followed.shows('a=1');
  await double.until(() => watches().length === 3);
  double.apply(map('b'));
  await pass(serverClock, 5000);
  await followed.shows('a=1 b=1');
  expect(lists()).toBe(1);
  expect(followed.warnings.join()).toMatch(
    /^Something between this runner and the API server, such as a proxy, buffers the changes of configmaps in staging\. They are requested every 5 s instead\.$/,
  );
});

test('quiet watches that end now and then are no failures in a row', async () => {
  await start();
  const followed = await follow();
  for (let round = 2; round <= 6; round++) {
    clock.pass(240_000);
    double.cutWatches();
    await double.until(() => watches().length === round && double.openWatches === 1);
  }
  expect(followed.warnings).toStrictEqual([]);
  expectWithNote(
    clock.waits.every((ms) => ms <= 1000),
    String(clock.waits),
  ).toBeTruthy();
});
