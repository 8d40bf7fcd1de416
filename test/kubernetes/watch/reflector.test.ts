import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { expectWithNote } from '../../jest-support.ts';
import { configMap, configMaps, pass, WatchHarness } from './harness.ts';

let harness: WatchHarness;
beforeEach(async () => {
  harness = await WatchHarness.open();
});
afterEach(() => harness.close());

test('existing, added, changed and deleted objects are seen with one list and one watch', async () => {
  await harness.start();
  harness.fake.apply(configMap('a'), configMap('elsewhere', '1', 'other'));
  const listedAt = harness.version();
  const followed = await harness.follow({ labelSelector: 'app=shop' });
  expect(followed.content).toBe('a=1');
  harness.fake.apply(configMap('b'));
  await followed.shows('a=1 b=1');
  harness.fake.apply(configMap('a', '2'));
  await followed.shows('a=2 b=1');
  harness.fake.delete({ kind: 'ConfigMap', name: 'b', namespace: 'staging' });
  await followed.shows('a=2');
  expect(followed.reflector.store.lastSeen('staging', 'b')?.metadata.name).toBe('b');
  // An object that no longer matches the selector is deleted for this watch.
  harness.fake.apply(configMap('a', '2', 'other'));
  await followed.shows('');
  expect(harness.lists()).toBe(1);
  expect(harness.watches()).toStrictEqual([listedAt]);
});

test('many objects are listed in pages, and the list starts again if the continue token has expired', async () => {
  await harness.start();
  harness.fake.apply(...Array.from({ length: 1100 }, (_, index) => configMap(`m${index}`)));
  const { items, resourceVersion } = await harness.connected.client.list({ type: configMaps, namespace: 'staging' });
  expect(items.length).toBe(1100);
  expect(resourceVersion).toBe(harness.version());
  expect(harness.lists()).toBe(3);
  harness.fake.faults.inject(/continue=/, {
    kind: 'status',
    status: 410,
    body: '{"kind":"Status","code":410,"reason":"Expired","message":"The provided continue parameter is too old"}',
  });
  expect((await harness.connected.client.list({ type: configMaps, namespace: 'staging' })).items.length).toBe(1100);
});

test('after a dropped connection the watch continues from the last version, without another list', async () => {
  await harness.start();
  harness.fake.apply(configMap('a'));
  const followed = await harness.follow();
  harness.fake.apply(configMap('b'));
  await followed.shows('a=1 b=1');
  const seen = harness.version();
  harness.fake.cutWatches();
  harness.fake.apply(configMap('missed'));
  await followed.shows('a=1 b=1 missed=1');
  expect(harness.lists()).toBe(1);
  expect(harness.watches().at(-1)).toBe(seen);
});

test('bookmarks keep the version of a watch without events recent', async () => {
  const serverClock = new ManualClock();
  await harness.start({ clock: serverClock });
  const followed = await harness.follow({ labelSelector: 'app=shop' });
  harness.fake.apply(configMap('noise', '1', 'other'));
  const marked = harness.version();
  await pass(serverClock, 60_000);
  harness.fake.apply(configMap('a'));
  await followed.shows('a=1');
  const before = harness.watches().length;
  harness.fake.cutWatches();
  await harness.fake.until(() => harness.watches().length > before);
  expect(Number(harness.watches().at(-1))).toBeGreaterThan(Number(marked));
  expect(harness.lists()).toBe(1);
});

test('a watch whose version was compacted lists again', async () => {
  await harness.start();
  harness.fake.bookmarks = false;
  harness.fake.apply(configMap('a'));
  const followed = await harness.follow({ labelSelector: 'app=shop' });
  harness.fake.apply(configMap('noise', '1', 'other'));
  harness.fake.cutWatches();
  harness.fake.apply(configMap('b'));
  harness.fake.delete({ kind: 'ConfigMap', name: 'a', namespace: 'staging' });
  harness.fake.compact();
  await followed.shows('b=1');
  expect(harness.lists()).toBe(2);
  expect(followed.reflector.store.lastSeen('staging', 'a')?.metadata.name).toBe('a');
});

test('watches without events that end normally do not count as failures', async () => {
  await harness.start();
  const followed = await harness.follow();
  for (let round = 2; round <= 6; round++) {
    harness.clock.pass(240_000);
    harness.fake.cutWatches();
    await harness.fake.until(() => harness.watches().length === round && harness.fake.openWatches === 1);
  }
  expect(followed.warnings).toStrictEqual([]);
  expectWithNote(
    harness.clock.waits.every((ms) => ms <= 1000),
    String(harness.clock.waits),
  ).toBeTruthy();
});
