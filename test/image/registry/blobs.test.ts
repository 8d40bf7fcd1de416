import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { digestOf } from '../../../src/image/digest.ts';
import { OCI_MANIFEST } from '../../../src/image/media-types.ts';
import { readBlob } from '../../../src/image/registry/blobs.ts';
import { readManifest } from '../../../src/image/registry/manifests.ts';
import { pushBlob } from '../../../src/image/registry/upload.ts';
import { readAll, sourceOf, startRegistry } from './harness.ts';

test('a broken download is resumed, and wrong bytes are reported', async () => {
  const { registry, open } = await startRegistry();
  const repository = await open('acme/shop');
  const bytes = randomBytes(300_000);
  await pushBlob(repository, sourceOf(bytes));
  const blob = { digest: digestOf(bytes), size: bytes.length };
  registry.faults.inject(/^GET .*blobs/, { kind: 'truncated', bytes: 100_000 });
  registry.faults.inject(/^GET .*blobs/, { kind: 'status', status: 502 });
  expect(await readAll(readBlob(repository, blob))).toStrictEqual(bytes);
  expect(registry.seen.at(-1)?.headers.range).toBe('bytes=100000-299999');

  registry.store.blobs.set(blob.digest, randomBytes(300_000));
  await expect(readAll(readBlob(repository, blob))).rejects.toMatchObject({ code: 'digest-mismatch' });
});

test('a response that is larger than announced is not read to its end', async () => {
  const { registry, open } = await startRegistry();
  const repository = await open('acme/shop');
  const digest = digestOf('config');
  await pushBlob(repository, sourceOf(Buffer.from('config')));
  registry.store.blobs.set(digest, randomBytes(20_000_000));
  let got = 0;
  const reading = async () => {
    for await (const chunk of readBlob(repository, { digest, size: 6 })) got += chunk.length;
  };
  await expect(reading()).rejects.toMatchObject({ code: 'digest-mismatch' });
  expect(got).toBe(0);

  const bytes = Buffer.alloc(17 * 1024 * 1024, ' ');
  registry.store.repository('acme/shop').manifests.set(digestOf(bytes), { mediaType: OCI_MANIFEST, bytes });
  await expect(readManifest(repository, digestOf(bytes))).rejects.toMatchObject({
    code: 'registry-unreachable',
    message: expect.stringMatching(/more than/),
  });
});
