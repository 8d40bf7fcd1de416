import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { configMap, configMaps, FollowedObjects, WatchHarness } from './harness.ts';

let harness: WatchHarness;
beforeEach(async () => {
  harness = await WatchHarness.open();
});
afterEach(() => harness.close());

test('after a 401 on a watch the token file is read again', async () => {
  const tokenFile = join(harness.folder, 'token');
  await writeFile(tokenFile, 'first-token\n');
  await harness.start({ token: 'first-token' });
  const config = harness.fake.kubeconfig.replace('token: first-token', 'tokenFile: token');
  await harness.connect(config);
  const followed = await harness.follow();
  harness.fake.token = 'second-token';
  await writeFile(tokenFile, 'second-token\n');
  harness.fake.cutWatches();
  harness.fake.apply(configMap('a'));
  await followed.shows('a=1');
  expect(harness.fake.requests.at(-1)?.headers.authorization).toBe('Bearer second-token');
});

test('a permanently invalid token ends the reflector with kubernetes-unauthorized', async () => {
  await harness.start({ token: 'first-token' });
  const followed = await harness.follow();
  harness.fake.token = 'second-token';
  harness.fake.cutWatches();
  await expect(followed.ended).rejects.toMatchObject({ code: 'kubernetes-unauthorized' });
});

test('an account that may list but not watch lists every 5 s, with a warning', async () => {
  await harness.start();
  harness.fake.deny({ verb: 'watch', resource: 'configmaps' });
  const followed = new FollowedObjects(harness, { type: configMaps, namespace: 'staging' }, true);
  await followed.until(() => followed.warnings.length === 1);
  expect(followed.warnings[0] ?? '').toMatch(/may not watch configmaps in staging: listing every 5 s instead/);
  harness.fake.apply(configMap('a'));
  await followed.shows('a=1');
  expect(harness.clock.waits).toContain(5000);
  expect(harness.watches().length).toBe(1);
});

test('an account that may not list gets kubernetes-forbidden with the missing permission', async () => {
  await harness.start();
  harness.fake.deny({ verb: 'list', resource: 'configmaps' });
  const followed = new FollowedObjects(harness, { type: configMaps, namespace: 'staging' }, false);
  await expect(followed.ended).rejects.toMatchObject({
    code: 'kubernetes-forbidden',
    message: expect.stringMatching(
      /may not list configmaps in staging: configmaps is forbidden: User ".+" cannot list resource "configmaps" in API group "" in the namespace "staging"/,
    ),
  });
});
