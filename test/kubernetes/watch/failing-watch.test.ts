import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { expectWithNote } from '../../jest-support.ts';
import { configMap, configMaps, WatchHarness } from './harness.ts';

let harness: WatchHarness;
beforeEach(async () => {
  harness = await WatchHarness.open();
});
afterEach(() => harness.close());

test('a watch that gets HTTP 410 lists again, after growing delays', async () => {
  await harness.start();
  const followed = await harness.follow();
  const gone = '{"kind":"Status","code":410,"reason":"Gone","message":"too old resource version"}';
  harness.fake.faults.inject(/watch=true/, { kind: 'status', status: 410, body: gone }, 4);
  harness.fake.cutWatches();
  harness.fake.apply(configMap('a'));
  await followed.shows('a=1');
  await harness.fake.until(() => harness.fake.openWatches === 1);
  expect(harness.lists()).toBe(5);
  expect(harness.clock.waits.slice(-3)).toStrictEqual([1000, 2000, 4000]);
});

test.each([
  ['a truncated event', '{"type":"ADDED","object":{"metadata":{"na'],
  ['a line that is not JSON', '<html>Bad gateway</html>\n'],
  ['an event of unknown type', '{"type":"RENAMED","object":{"metadata":{"name":"x"}}}\n'],
] as const)('after %s the objects are listed again', async (_what, rest) => {
  await harness.start();
  harness.fake.apply(configMap('a'));
  const followed = await harness.follow();
  harness.fake.cutWatches({ after: rest });
  await harness.fake.until(() => harness.lists() === 2 && harness.fake.openWatches === 1);
  harness.fake.apply(configMap('b'));
  await followed.shows('a=1 b=1');
});

test('if the connection is lost within an event, the watch continues before that event', async () => {
  await harness.start();
  const followed = await harness.follow();
  harness.fake.faults.inject(/watch=true/, { kind: 'truncated', bytes: 60 });
  harness.fake.cutWatches();
  harness.fake.apply(configMap('a'));
  await followed.shows('a=1');
  expect(harness.lists()).toBe(1);
});

test('the Retry-After of the server is respected', async () => {
  await harness.start();
  const followed = await harness.follow();
  harness.fake.faults.inject(/watch=true/, {
    kind: 'status',
    status: 429,
    headers: { 'retry-after': '7', 'content-type': 'text/plain' },
    body: 'Too many requests, please try again later.',
  });
  harness.fake.cutWatches();
  harness.fake.apply(configMap('a'));
  await followed.shows('a=1');
  expectWithNote(harness.clock.waits, String(harness.clock.waits)).toContain(7000);
});

test('a failing watch is retried after growing delays, with a single warning', async () => {
  await harness.start();
  const followed = await harness.follow();
  harness.fake.faults.inject(/watch=true/, { kind: 'status', status: 503 }, 5);
  harness.fake.cutWatches();
  harness.fake.apply(configMap('a'));
  await followed.shows('a=1');
  expect(followed.warnings).toStrictEqual(['The watch of configmaps in staging keeps failing (HTTP 503). Retrying.']);
  const grown = harness.clock.waits.slice(-4);
  expect(grown).toStrictEqual(grown.toSorted((a, b) => a - b));
});

test('a watch that the server closes at once is reopened only after a delay', async () => {
  await harness.start();
  const followed = await harness.follow();
  harness.fake.faults.inject(/watch=true/, { kind: 'status', status: 200, body: '' }, 5);
  harness.fake.cutWatches();
  harness.fake.apply(configMap('a'));
  await followed.shows('a=1');
  expectWithNote(harness.clock.waits.length, String(harness.clock.waits)).toBeGreaterThanOrEqual(5);
});

test('changes during a restart of the server are seen afterwards', async () => {
  await harness.start();
  harness.fake.apply(configMap('a'));
  const followed = await harness.follow();
  await harness.fake.stop();
  harness.fake.apply(configMap('b'));
  await harness.fake.restart();
  await followed.shows('a=1 b=1');
});

test('a truncated list is requested again', async () => {
  await harness.start();
  harness.fake.apply(configMap('a'));
  harness.fake.faults.inject(/configmaps/, { kind: 'truncated', bytes: 40 });
  const { items } = await harness.connected.client.list({ type: configMaps, namespace: 'staging' });
  expect(items.length).toBe(1);
});
