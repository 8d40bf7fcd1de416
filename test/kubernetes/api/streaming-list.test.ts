import { afterEach, expect, test } from '@jest/globals';
import { wellKnown } from '../../../src/kubernetes/objects/well-known.ts';
import { Reflector } from '../../../src/kubernetes/watch/reflector.ts';
import { BriskClock } from '../../fakes/brisk-clock.ts';
import { kubeconfigFor } from '../../fakes/kubernetes/kubeconfig.ts';
import { FakeKubernetes } from '../../fakes/kubernetes/server.ts';
import { MiddleProxy } from '../../fakes/middle-proxy.ts';
import { connect } from '../connect.ts';

/** Streaming lists: one watch that begins with all objects, instead of a list and a watch. */

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(prepare: (fake: FakeKubernetes) => void = () => {}, behind = async (url: string) => url) {
  const fake = await FakeKubernetes.start();
  closers.push(() => fake.stop());
  prepare(fake);
  const clock = new BriskClock(10_000);
  const kubeconfig = kubeconfigFor({ server: await behind(fake.url) });
  const { client, close } = await connect({ kubeconfig, clock, streamingLists: true });
  closers.push(close);
  const stop = new AbortController();
  const follow = async (type = wellKnown.services) => {
    const waiting: (() => void)[] = [];
    const onChange = () => {
      for (const wake of waiting.splice(0)) wake();
    };
    const reflector = new Reflector({
      client,
      selection: { type, namespace: 'a' },
      clock,
      onChange,
      onWarning: () => {},
    });
    await reflector.list();
    const names = () => reflector.store.all().map(({ metadata }) => metadata.name);
    const begin = () => {
      const ended = reflector.follow(stop.signal).catch(() => {});
      closers.push(async () => {
        stop.abort(new Error('the test is over'));
        await ended;
      });
    };
    const shows = async (...expected: string[]) => {
      while (names().join() !== expected.join()) await new Promise<void>((resolve) => waiting.push(resolve));
    };
    return { names, begin, shows };
  };
  return { fake, follow };
}

const service = (name: string) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'a' }, spec: {} });
const requestKinds = ({ requests }: FakeKubernetes) =>
  requests.map(({ query }) => (query.has('sendInitialEvents') ? 'stream' : query.has('watch') ? 'watch' : 'list'));

test('one request delivers the existing objects and their changes', async () => {
  const { fake, follow } = await start((cluster) => cluster.apply(service('one'), service('two')));
  const followed = await follow();
  expect(followed.names()).toStrictEqual(['one', 'two']);
  fake.apply(service('three'));
  followed.begin();
  await followed.shows('one', 'two', 'three');
  expect(requestKinds(fake)).toStrictEqual(['stream']);
  const before = fake.store.version;
  fake.cutWatches();
  fake.apply(service('four'));
  await followed.shows('one', 'two', 'three', 'four');
  expect(requestKinds(fake)).toStrictEqual(['stream', 'watch']);
  expect(fake.requests.at(-1)?.query.get('resourceVersion')).toBe(String(before));
});

test('an empty namespace is recognized as complete', async () => {
  const { fake, follow } = await start();
  expect((await follow()).names()).toStrictEqual([]);
  expect(requestKinds(fake)).toStrictEqual(['stream']);
});

test('a server without streaming lists is asked for one only once', async () => {
  const { fake, follow } = await start((cluster) => {
    cluster.streamingLists = false;
    cluster.apply(service('one'));
  });
  const [services] = await Promise.all([follow(), follow(wellKnown.pods), follow(wellKnown.jobs)]);
  expect(services.names()).toStrictEqual(['one']);
  expect(requestKinds(fake).sort()).toStrictEqual(['list', 'list', 'list', 'stream']);
  services.begin();
  fake.apply(service('two'));
  await services.shows('one', 'two');
});

test('a server whose etcd does not support streaming lists is asked for one only once', async () => {
  const message =
    'a watch stream was requested by the client but the required storage feature RequestWatchProgress is disabled';
  const error = { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason: 'InternalError', code: 500 };
  const { fake, follow } = await start((cluster) => {
    const body = `${JSON.stringify({ type: 'ERROR', object: error })}\n`;
    cluster.faults.inject(/sendInitialEvents/, { kind: 'status', status: 200, body }, 10);
    cluster.apply(service('one'));
  });
  expect((await follow()).names()).toStrictEqual(['one']);
  await follow(wellKnown.pods);
  // The fault answered the first request before it reached the server.
  expect(requestKinds(fake)).toStrictEqual(['list', 'list']);
});

test('an account that may list but not watch gets a list', async () => {
  const { fake, follow } = await start((cluster) => {
    cluster.deny({ verb: 'watch', resource: 'services' });
    cluster.apply(service('one'));
  });
  expect((await follow()).names()).toStrictEqual(['one']);
  expect((await follow(wellKnown.pods)).names()).toStrictEqual([]);
  expect(requestKinds(fake)).toStrictEqual(['stream', 'list', 'stream']);
});

test('behind a buffering proxy, objects come from a list and changes from short watches', async () => {
  const { fake, follow } = await start(
    (cluster) => cluster.apply(service('one')),
    async (url) => {
      const proxy = await MiddleProxy.start(url);
      proxy.buffers = true;
      closers.push(() => proxy.stop());
      return proxy.url;
    },
  );
  const followed = await follow();
  expect(followed.names()).toStrictEqual(['one']);
  expect(requestKinds(fake)).toStrictEqual(['stream', 'list']);
  followed.begin();
  await fake.until(() => requestKinds(fake).includes('watch'));
  fake.apply(service('two'));
  await followed.shows('one', 'two');
  expect(fake.requests.find(({ query }) => query.get('resourceVersion'))?.query.get('timeoutSeconds')).toBe('5');
});

test('after a transient error the objects are listed, and the next request tries to stream again', async () => {
  const { fake, follow } = await start((cluster) => {
    cluster.apply(service('one'));
    cluster.faults.inject(/sendInitialEvents/, { kind: 'reset' });
  });
  expect((await follow()).names()).toStrictEqual(['one']);
  await follow(wellKnown.pods);
  expect(requestKinds(fake)).toStrictEqual(['list', 'stream']);
});
