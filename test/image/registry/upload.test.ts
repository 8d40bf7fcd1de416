import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { digestOf } from '../../../src/image/digest.ts';
import { hasBlob, readBlob } from '../../../src/image/registry/blobs.ts';
import { putManifest, verifyTag } from '../../../src/image/registry/manifests.ts';
import { type BlobSource, MONOLITHIC_LIMIT, pushBlob } from '../../../src/image/registry/upload.ts';
import { cert, key } from '../../fakes/registry/certificate.ts';
import { expectWithNote } from '../../jest-support.ts';
import { pushImage, readAll, sourceOf, startRegistry } from './harness.ts';

const large = randomBytes(MONOLITHIC_LIMIT + 1_000_000);

test('a blob is pushed only once, and reading it verifies its digest', async () => {
  const { registry, open } = await startRegistry();
  const repository = await open('acme/shop');
  const bytes = randomBytes(200_000);
  expect(await pushBlob(repository, sourceOf(bytes))).toBe('uploaded');
  expect(await pushBlob(repository, sourceOf(bytes))).toBe('present');
  expect(registry.lines(/^PUT/).length).toBe(1);
  expect(await readAll(readBlob(repository, { digest: digestOf(bytes), size: bytes.length }))).toStrictEqual(bytes);
  expect(await hasBlob(repository, digestOf('other'))).toBe(false);
});

test('an empty blob is pushed and read', async () => {
  const { open } = await startRegistry();
  const repository = await open('acme/shop');
  expect(await pushBlob(repository, sourceOf(Buffer.alloc(0)))).toBe('uploaded');
  expect(await readAll(readBlob(repository, { digest: digestOf(''), size: 0 }))).toStrictEqual(Buffer.alloc(0));
});

test('a blob of another repository of the registry is mounted, not sent', async () => {
  const { registry, open } = await startRegistry();
  const bytes = randomBytes(1000);
  await pushBlob(await open('acme/base'), sourceOf(bytes));
  expect(await pushBlob(await open('acme/shop'), sourceOf(bytes), 'acme/base')).toBe('mounted');
  expect(registry.lines(/^(PUT|PATCH)/).length).toBe(1);
  expect(await pushBlob(await open('acme/other'), sourceOf(bytes), 'acme/absent')).toBe('uploaded');
});

describe.each([
  ['small', randomBytes(3000)],
  ['large', large],
] as const)('a push of a %s blob survives', (_size, bytes) => {
  describe.each([
    ['status 503', { kind: 'status', status: 503 }],
    ['status 429', { kind: 'status', status: 429, headers: { 'retry-after': '3' } }],
    ['reset', { kind: 'reset' }],
    ['lost-answer', { kind: 'lost-answer' }],
  ] as const)('%s', (_name, fault) => {
    test.each([/^HEAD .*blobs/, /^POST/, /^PATCH/, /^PUT .*uploads/, /^PUT .*manifests/])('at %s', async (step) => {
      const { registry, open } = await startRegistry();
      registry.faults.inject(step, fault);
      const repository = await open('acme/shop');
      expect(await pushBlob(repository, sourceOf(bytes))).toMatch(/uploaded/);
      const manifest = await pushImage(repository, 'x');
      await putManifest(repository, '1.0', manifest);
      await verifyTag(repository, '1.0', manifest.digest);
      expect(registry.store.blob('acme/shop', digestOf(bytes))).toBeTruthy();
    });
  });
});

test('a broken upload is resumed at the last byte that the registry has', async () => {
  const { registry, open } = await startRegistry();
  const repository = await open('acme/shop');
  const source = sourceOf(large);
  let broken = false;
  const breaking: BlobSource = {
    ...source,
    async *open(from, to) {
      let sent = 0;
      for await (const chunk of source.open(from, to)) {
        if (!broken && sent > 8_000_000) {
          broken = true;
          throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
        }
        sent += chunk.length;
        yield chunk;
      }
    },
  };
  expect(await pushBlob(repository, breaking)).toBe('uploaded');
  const patches = registry.seen.filter(({ line }) => line.startsWith('PATCH'));
  expect(patches.length).toBe(2);
  const from = Number(/^(\d+)-/.exec(String(patches[1]?.headers['content-range']))?.[1]);
  expectWithNote(from, `resumed at byte ${from}`).toBeGreaterThan(1_000_000);
  expect(registry.lines(/^POST/).length).toBe(1);
});

test('an upload that the registry has dropped is started again', async () => {
  const { registry, open } = await startRegistry();
  const repository = await open('acme/shop');
  registry.faults.inject(/^PUT .*uploads/, { kind: 'status', status: 404 });
  expect(await pushBlob(repository, sourceOf(randomBytes(10)))).toBe('uploaded');
  expect(registry.lines(/^POST/).length).toBe(2);
});

test('a blob is sent in chunks if a proxy refuses a large body', async () => {
  const { registry, open } = await startRegistry({ bodyLimit: 33 * 1024 * 1024 });
  const huge = Buffer.alloc(70 * 1024 * 1024, 'abc');
  expect(await pushBlob(await open('acme/shop'), sourceOf(huge))).toBe('uploaded');
  expect(registry.store.blob('acme/shop', digestOf(huge))?.length).toBe(huge.length);
});

test('a chunk that is too large as well is not retried', async () => {
  const { registry, open, waits } = await startRegistry({ bodyLimit: MONOLITHIC_LIMIT });
  for (const bytes of [large, Buffer.alloc(40 * 1024 * 1024)]) {
    const before = registry.lines(/^PATCH/).length;
    await expect(pushBlob(await open('acme/shop'), sourceOf(bytes))).rejects.toMatchObject({
      message: expect.stringMatching(/HTTP 413|too large/),
    });
    expect(registry.lines(/^PATCH/).length - before).toBeLessThanOrEqual(2);
  }
  expect(waits).toStrictEqual([]);
});

test('a blob whose bytes do not have its digest is refused by the registry with digest-mismatch', async () => {
  const { open } = await startRegistry();
  const bytes = Buffer.from('right');
  const lying = { ...sourceOf(Buffer.from('wrong')), digest: digestOf(bytes) };
  await expect(pushBlob(await open('acme/shop'), lying)).rejects.toMatchObject({ code: 'digest-mismatch' });
});

test('an upload is not sent without TLS to a location that a registry with TLS gives', async () => {
  const { registry, open } = await startRegistry({ tls: { key, cert } }, () => ({ ca: cert }));
  const location = 'http://storage.example/upload';
  registry.faults.inject(/^POST/, { kind: 'status', status: 202, headers: { location } });
  const repository = await open('acme/shop');
  await expect(pushBlob(repository, sourceOf(randomBytes(10)))).rejects.toMatchObject({
    code: 'registry-refused',
    message: expect.stringMatching(/sends an upload to http:\/\/storage\.example, which does not speak TLS/),
  });
});
