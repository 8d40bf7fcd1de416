import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { BriskClock } from '../../fakes/brisk-clock.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { configMap, pass, WatchHarness } from './harness.ts';

let harness: WatchHarness;
beforeEach(async () => {
  harness = await WatchHarness.open();
});
afterEach(() => harness.close());

test('a silent watch is followed by a short probe and a normal watch from the same version, without another list', async () => {
  harness.clock = new BriskClock(10_000);
  const serverClock = new ManualClock();
  await harness.start({ clock: serverClock });
  harness.fake.apply(configMap('a'));
  const followed = await harness.follow();
  const at = harness.version();
  harness.clock.wake();
  await harness.fake.until(() => harness.watches().length === 2);
  await pass(serverClock, 1000);
  await harness.fake.until(() => harness.watches().length === 3 && harness.fake.openWatches === 1);
  harness.fake.apply(configMap('b'));
  await followed.shows('a=1 b=1');
  expect(harness.lists()).toBe(1);
  expect(harness.watches()).toStrictEqual([at, at, at]);
  const seconds = harness.fake.requests.flatMap(({ query }) => query.get('timeoutSeconds') ?? []);
  expect(seconds).toStrictEqual(['290', '1', '290']);
  expect(followed.warnings).toStrictEqual([]);
});

test('changes that a dead connection lost are seen in the next watch', async () => {
  const { proxy } = await harness.startBehindProxy();
  const followed = await harness.follow();
  proxy.freeze();
  harness.fake.apply(configMap('a'));
  harness.clock.wake();
  await followed.shows('a=1');
  expect(harness.lists()).toBe(1);
});

test('if even a short probe does not end, the objects are listed again', async () => {
  const { proxy } = await harness.startBehindProxy();
  const followed = await harness.follow();
  harness.clock.wake();
  await harness.fake.until(() => harness.watches().length === 2 && harness.fake.openWatches === 1);
  proxy.freeze();
  harness.fake.apply(configMap('a'));
  harness.clock.wake();
  await followed.shows('a=1');
  expect(harness.lists()).toBe(2);
});

test('behind a buffering proxy, changes are seen within seconds once the buffering is detected', async () => {
  const { proxy, serverClock } = await harness.startBehindProxy();
  proxy.buffers = true;
  const followed = await harness.follow();
  harness.fake.apply(configMap('a'));
  harness.clock.wake();
  await harness.fake.until(() => harness.watches().length === 2);
  await pass(serverClock, 1000);
  await followed.shows('a=1');
  await harness.fake.until(() => harness.watches().length === 3);
  harness.fake.apply(configMap('b'));
  await pass(serverClock, 5000);
  await followed.shows('a=1 b=1');
  expect(harness.lists()).toBe(1);
  expect(followed.warnings.join()).toMatch(
    /^Something between this runner and the API server, such as a proxy, buffers the changes of configmaps in staging\. They are requested every 5 s instead\.$/,
  );
});
