import { expect, test } from '@jest/globals';
import type { Digest } from '../../../src/image/digest.ts';
import { parseManifest, storedManifest } from '../../../src/image/manifest.ts';
import { OCI_INDEX, OCI_MANIFEST } from '../../../src/image/media-types.ts';
import { copyImage } from '../../../src/image/registry/copy.ts';
import { findDigest, putManifest, readManifest, readPushed, verifyTag } from '../../../src/image/registry/manifests.ts';
import { resolvePlatforms } from '../../../src/image/registry/platforms.ts';
import { pushImage, startRegistry } from './harness.ts';

test('an index of too many images is refused; an image that is listed several times is read once', async () => {
  const { registry, open } = await startRegistry();
  const repository = await open('acme/shop');
  const { digest, bytes } = await pushImage(repository, 'x');
  const indexOf = (count: number) =>
    storedManifest(OCI_INDEX, {
      schemaVersion: 2,
      mediaType: OCI_INDEX,
      manifests: Array.from({ length: count }, (_, n) => ({
        mediaType: OCI_MANIFEST,
        digest,
        size: bytes.length,
        platform: { os: 'linux', architecture: `a${n}` },
      })),
    });
  const usual = indexOf(40);
  await putManifest(repository, usual.digest, usual);
  const before = registry.lines(/^GET .*manifests/).length;
  expect((await resolvePlatforms(repository, usual.digest)).platforms.length).toBe(40);
  // One request for the index, one for its image.
  expect(registry.lines(/^GET .*manifests/).length - before).toBe(2);
  const bomb = indexOf(2000);
  registry.store.repository('acme/shop').manifests.set(bomb.digest, { ...bomb, bytes: Buffer.from(bomb.bytes) });
  await expect(resolvePlatforms(repository, bomb.digest)).rejects.toMatchObject({
    code: 'manifest-unsupported',
    message: expect.stringMatching(/2,000 images; the limit is 500/),
  });
});

test('a manifest whose bytes do not have its digest is refused', async () => {
  const { registry, open } = await startRegistry();
  const repository = await open('acme/shop');
  const { digest } = await pushImage(repository, 'x');
  const other = await pushImage(repository, 'y');
  registry.store
    .repository('acme/shop')
    .manifests.set(digest, { mediaType: OCI_MANIFEST, bytes: Buffer.from(other.bytes) });
  await expect(readManifest(repository, digest)).rejects.toMatchObject({ code: 'digest-mismatch' });
});

test('a truncated manifest is requested again', async () => {
  const { registry, open } = await startRegistry();
  const repository = await open('acme/shop');
  const { digest, bytes } = await pushImage(repository, 'x');
  registry.faults.inject(/^GET .*manifests/, { kind: 'truncated', bytes: 10 });
  expect(Buffer.from((await readManifest(repository, digest)).bytes)).toStrictEqual(Buffer.from(bytes));
});

test('verifyTag fails for another digest and for a missing tag, and waits for a registry with a delay', async () => {
  const { registry, open, waits } = await startRegistry({}, () => ({ retries: 3 }));
  const repository = await open('acme/shop');
  const [x, y] = [await pushImage(repository, 'x'), await pushImage(repository, 'y')];
  await putManifest(repository, '1.0', x);
  await expect(verifyTag(repository, '1.0', y.digest)).rejects.toMatchObject({
    code: 'digest-mismatch',
    message: expect.stringMatching(/acme\/shop:1\.0 should be/),
  });
  await expect(verifyTag(repository, '2.0', x.digest)).rejects.toMatchObject({ code: 'image-not-found' });
  expect(waits.length).toBe(3);
  // Some registries replicate a push with a delay.
  registry.faults.inject(/^HEAD/, { kind: 'status', status: 404 }, 2);
  await verifyTag(repository, '1.0', x.digest);
  registry.faults.inject(/^GET/, { kind: 'status', status: 404 }, 2);
  expect((await readPushed(repository, x.digest)).digest).toBe(x.digest);
});

test('a manifest that could be read as an image and as an index is refused', async () => {
  const { open } = await startRegistry();
  const repository = await open('acme/shop');
  const manifest = await pushImage(repository, 'x');
  const content = JSON.parse(Buffer.from(manifest.bytes).toString());
  const both = { ...content, manifests: [] };
  for (const [type, body] of [
    [OCI_INDEX, { ...both, mediaType: OCI_INDEX }],
    [OCI_MANIFEST, both],
    [OCI_MANIFEST, { ...content, mediaType: OCI_INDEX }],
  ] as const)
    expect(() => parseManifest(storedManifest(type, body), 'shop')).toThrow(
      expect.objectContaining({ code: 'manifest-unsupported' }),
    );
});

test('an index is copied between registries with all its images, under the same digest', async () => {
  const [one, two] = [await startRegistry(), await startRegistry()];
  const from = await one.open('acme/shop');
  const image = await pushImage(from, 'x');
  const index = storedManifest(OCI_INDEX, {
    schemaVersion: 2,
    mediaType: OCI_INDEX,
    manifests: [
      {
        mediaType: OCI_MANIFEST,
        digest: image.digest,
        size: image.bytes.length,
        platform: { os: 'linux', architecture: 'arm64', variant: 'v8' },
      },
    ],
  });
  await putManifest(from, 'multi', index);
  const to = await two.open('mirror/shop');
  await copyImage(from, to, await readManifest(from, 'multi'));
  expect(await findDigest(to, index.digest)).toBe(index.digest);
  const expected: { digest: Digest } = { digest: image.digest };
  const resolved = await resolvePlatforms(to, index.digest);
  expect(resolved.platforms).toStrictEqual([{ platform: { os: 'linux', architecture: 'arm64' }, ...expected }]);
  expect((await resolvePlatforms(to, image.digest)).platforms).toStrictEqual(resolved.platforms);
  await expect(resolvePlatforms(to, 'absent')).rejects.toMatchObject({ code: 'image-not-found' });
});
