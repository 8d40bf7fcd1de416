import { afterEach, expect, test } from '@jest/globals';
import { wellKnown } from '../../../src/kubernetes/objects/well-known.ts';
import { Reflector } from '../../../src/kubernetes/watch/reflector.ts';
import { BriskClock } from '../../fakes/brisk-clock.ts';
import { kubeconfigFor } from '../../fakes/kubernetes/kubeconfig.ts';
import { FakeKubernetes } from '../../fakes/kubernetes/server.ts';
import { MiddleProxy } from '../../fakes/middle-proxy.ts';
import { connect } from '../client.ts';

/** One watch that begins with all objects and goes on, instead of a list and a watch: where the server knows how. */

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(prepare: (double: FakeKubernetes) => void = () => {}, behind = async (url: string) => url) {
  const double = await FakeKubernetes.start();
  closers.push(() => double.stop());
  prepare(double);
  const clock = new BriskClock(10_000);
  const kubeconfig = kubeconfigFor({ server: await behind(double.url) });
  const { client, close } = await connect({ kubeconfig, clock, streams: true });
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
  return { double, follow };
}

const service = (name: string) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'a' }, spec: {} });
const asked = ({ requests }: FakeKubernetes) =>
  requests.map(({ query }) => (query.has('sendInitialEvents') ? 'stream' : query.has('watch') ? 'watch' : 'list'));

test('one request brings what is there and what comes', async () => {
  const { double, follow } = await start((cluster) => cluster.apply(service('one'), service('two')));
  const followed = await follow();
  expect(followed.names()).toStrictEqual(['one', 'two']);
  double.apply(service('three'));
  followed.begin();
  await followed.shows('one', 'two', 'three');
  expect(asked(double)).toStrictEqual(['stream']);
  const before = double.store.version;
  double.cutWatches();
  double.apply(service('four'));
  await followed.shows('one', 'two', 'three', 'four');
  expect(asked(double)).toStrictEqual(['stream', 'watch']);
  expect(double.requests.at(-1)?.query.get('resourceVersion')).toBe(String(before));
});

test('where nothing is there, that is known', async () => {
  const { double, follow } = await start();
  expect((await follow()).names()).toStrictEqual([]);
  expect(asked(double)).toStrictEqual(['stream']);
});

test('of a server that does not know it, it is asked for once', async () => {
  const { double, follow } = await start((cluster) => {
    cluster.streamingLists = false;
    cluster.apply(service('one'));
  });
  const [services] = await Promise.all([follow(), follow(wellKnown.pods), follow(wellKnown.jobs)]);
  expect(services.names()).toStrictEqual(['one']);
  expect(asked(double).sort()).toStrictEqual(['list', 'list', 'list', 'stream']);
  services.begin();
  double.apply(service('two'));
  await services.shows('one', 'two');
});

test('of a server whose storage can not do it, it is asked for once', async () => {
  const message =
    'a watch stream was requested by the client but the required storage feature RequestWatchProgress is disabled';
  const error = { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason: 'InternalError', code: 500 };
  const { double, follow } = await start((cluster) => {
    const body = `${JSON.stringify({ type: 'ERROR', object: error })}\n`;
    cluster.faults.inject(/sendInitialEvents/, { kind: 'status', status: 200, body }, 10);
    cluster.apply(service('one'));
  });
  expect((await follow()).names()).toStrictEqual(['one']);
  await follow(wellKnown.pods);
  // The first question never reached the server itself.
  expect(asked(double)).toStrictEqual(['list', 'list']);
});

test('who may list but not watch is answered by a list', async () => {
  const { double, follow } = await start((cluster) => {
    cluster.deny({ verb: 'watch', resource: 'services' });
    cluster.apply(service('one'));
  });
  expect((await follow()).names()).toStrictEqual(['one']);
  expect((await follow(wellKnown.pods)).names()).toStrictEqual([]);
  expect(asked(double)).toStrictEqual(['stream', 'list', 'stream']);
});

test('behind a proxy that buffers, where no watch begins to speak, a list answers, and short watches', async () => {
  const { double, follow } = await start(
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
  expect(asked(double)).toStrictEqual(['stream', 'list']);
  followed.begin();
  await double.until(() => asked(double).includes('watch'));
  double.apply(service('two'));
  await followed.shows('one', 'two');
  expect(double.requests.find(({ query }) => query.get('resourceVersion'))?.query.get('timeoutSeconds')).toBe('5');
});

test('a server in passing trouble is asked for a list, and to stream the next time', async () => {
  const { double, follow } = await start((cluster) => {
    cluster.apply(service('one'));
    cluster.faults.inject(/sendInitialEvents/, { kind: 'reset' });
  });
  expect((await follow()).names()).toStrictEqual(['one']);
  await follow(wellKnown.pods);
  expect(asked(double)).toStrictEqual(['list', 'stream']);
});
