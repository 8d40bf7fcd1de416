import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import { type Digest, digestOf } from '../../../src/image/digest.ts';
import { parseManifest, storedManifest } from '../../../src/image/manifest.ts';
import { OCI_CONFIG, OCI_INDEX, OCI_LAYER, OCI_MANIFEST } from '../../../src/image/media-types.ts';
import { hasBlob, readBlob } from '../../../src/image/registry/blobs.ts';
import { copyImage } from '../../../src/image/registry/copy.ts';
import { findDigest, putManifest, readManifest, readPushed, verifyTag } from '../../../src/image/registry/manifests.ts';
import { resolvePlatforms } from '../../../src/image/registry/platforms.ts';
import type { RegistryOptions } from '../../../src/image/registry/registries.ts';
import type { RegistryRepository } from '../../../src/image/registry/repository.ts';
import { type BlobSource, MONOLITHIC_LIMIT, pushBlob } from '../../../src/image/registry/upload.ts';
import { listenOnLoopback } from '../../fakes/loopback.ts';
import { cert, key } from '../../fakes/registry/certificate.ts';
import { type RegistryOptions as FakeOptions, FakeRegistry } from '../../fakes/registry/registry.ts';
import { errorLike, expectWithNote } from '../../jest-support.ts';
import { openRegistries } from './harness.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start(fake: FakeOptions = {}, client: Partial<RegistryOptions> = {}) {
  const registry = await FakeRegistry.start(fake);
  const opened = openRegistries(client);
  closing.push(() => registry.stop(), opened.close);
  const open = (repository: string) => opened.registries.repository({ registry: registry.host, repository });
  return { registry, open, ...opened };
}

function sourceOf(bytes: Buffer): BlobSource {
  return {
    digest: digestOf(bytes),
    size: bytes.length,
    async *open(from, to) {
      for (let at = from; at < to; at += 65_536) yield bytes.subarray(at, Math.min(to, at + 65_536));
    },
  };
}

async function pushImage(repository: RegistryRepository, content: string) {
  const layer = Buffer.from(`layer of ${content}`);
  const config = Buffer.from(JSON.stringify({ os: 'linux', architecture: 'arm64', note: content }));
  for (const bytes of [layer, config]) await pushBlob(repository, sourceOf(bytes));
  const manifest = storedManifest(OCI_MANIFEST, {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: { mediaType: OCI_CONFIG, digest: digestOf(config), size: config.length },
    layers: [{ mediaType: OCI_LAYER.none, digest: digestOf(layer), size: layer.length }],
  });
  await putManifest(repository, manifest.digest, manifest);
  return manifest;
}

async function read(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const got: Uint8Array[] = [];
  for await (const chunk of chunks) got.push(chunk);
  return Buffer.concat(got);
}

const large = randomBytes(MONOLITHIC_LIMIT + 1_000_000);
const accounts = { ci: { password: 's3cret-pass' } };
const login = (host: string) => ({
  login: { registries: [host], username: 'ci', password: 's3cret-pass', source: 'the input `registry-username`' },
});

test('a blob is pushed only once, and reading it verifies its digest', async () => {
  const { registry, open } = await start();
  const repository = await open('acme/shop');
  const bytes = randomBytes(200_000);
  expect(await pushBlob(repository, sourceOf(bytes))).toBe('uploaded');
  expect(await pushBlob(repository, sourceOf(bytes))).toBe('present');
  expect(registry.lines(/^PUT/).length).toBe(1);
  expect(await read(readBlob(repository, { digest: digestOf(bytes), size: bytes.length }))).toStrictEqual(bytes);
  expect(await hasBlob(repository, digestOf('other'))).toBe(false);
});

test('an empty blob is pushed and read', async () => {
  const { open } = await start();
  const repository = await open('acme/shop');
  expect(await pushBlob(repository, sourceOf(Buffer.alloc(0)))).toBe('uploaded');
  expect(await read(readBlob(repository, { digest: digestOf(''), size: 0 }))).toStrictEqual(Buffer.alloc(0));
});

test('a blob of another repository of the registry is mounted, not sent', async () => {
  const { registry, open } = await start();
  const bytes = randomBytes(1000);
  await pushBlob(await open('acme/base'), sourceOf(bytes));
  expect(await pushBlob(await open('acme/shop'), sourceOf(bytes), 'acme/base')).toBe('mounted');
  expect(registry.lines(/^(PUT|PATCH)/).length).toBe(1);
  expect(await pushBlob(await open('acme/other'), sourceOf(bytes), 'acme/absent')).toBe('uploaded');
});

for (const [what, bytes] of [
  ['small', randomBytes(3000)],
  ['large', large],
] as const) {
  for (const fault of [
    { kind: 'status', status: 503 },
    { kind: 'status', status: 429, headers: { 'retry-after': '3' } },
    { kind: 'reset' },
    { kind: 'lost-answer' },
  ] as const) {
    for (const step of [/^HEAD .*blobs/, /^POST/, /^PATCH/, /^PUT .*uploads/, /^PUT .*manifests/]) {
      test(`a push of a ${what} blob survives ${fault.kind}${'status' in fault ? ` ${fault.status}` : ''} at ${step.source}`, async () => {
        const { registry, open } = await start();
        registry.faults.inject(step, fault);
        const repository = await open('acme/shop');
        expect(await pushBlob(repository, sourceOf(bytes))).toMatch(/uploaded/);
        const manifest = await pushImage(repository, 'x');
        await putManifest(repository, '1.0', manifest);
        await verifyTag(repository, '1.0', manifest.digest);
        expect(registry.store.blob('acme/shop', digestOf(bytes))).toBeTruthy();
      });
    }
  }
}

test('a broken upload is resumed at the last byte that the registry has', async () => {
  const { registry, open } = await start();
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
  const { registry, open } = await start();
  const repository = await open('acme/shop');
  registry.faults.inject(/^PUT .*uploads/, { kind: 'status', status: 404 });
  expect(await pushBlob(repository, sourceOf(randomBytes(10)))).toBe('uploaded');
  expect(registry.lines(/^POST/).length).toBe(2);
});

test('a blob is sent in chunks if a proxy refuses a large body', async () => {
  const { registry, open } = await start({ bodyLimit: 33 * 1024 * 1024 });
  const huge = Buffer.alloc(70 * 1024 * 1024, 'abc');
  expect(await pushBlob(await open('acme/shop'), sourceOf(huge))).toBe('uploaded');
  expect(registry.store.blob('acme/shop', digestOf(huge))?.length).toBe(huge.length);
});

test('a chunk that is too large as well is not retried', async () => {
  const { registry, open, waits } = await start({ bodyLimit: MONOLITHIC_LIMIT });
  for (const bytes of [large, Buffer.alloc(40 * 1024 * 1024)]) {
    const before = registry.lines(/^PATCH/).length;
    await expect(pushBlob(await open('acme/shop'), sourceOf(bytes))).rejects.toMatchObject({
      message: expect.stringMatching(/HTTP 413|too large/),
    });
    expect(registry.lines(/^PATCH/).length - before).toBeLessThanOrEqual(2);
  }
  expect(waits).toStrictEqual([]);
});

test('an index of too many images is refused; an image that is listed several times is read once', async () => {
  const { registry, open } = await start();
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

test('a blob whose bytes do not have its digest is refused by the registry with digest-mismatch', async () => {
  const { open } = await start();
  const bytes = Buffer.from('right');
  const lying = { ...sourceOf(Buffer.from('wrong')), digest: digestOf(bytes) };
  await expect(pushBlob(await open('acme/shop'), lying)).rejects.toMatchObject({ code: 'digest-mismatch' });
});

test('a broken download is resumed, and wrong bytes are reported', async () => {
  const { registry, open } = await start();
  const repository = await open('acme/shop');
  const bytes = randomBytes(300_000);
  await pushBlob(repository, sourceOf(bytes));
  const blob = { digest: digestOf(bytes), size: bytes.length };
  registry.faults.inject(/^GET .*blobs/, { kind: 'truncated', bytes: 100_000 });
  registry.faults.inject(/^GET .*blobs/, { kind: 'status', status: 502 });
  expect(await read(readBlob(repository, blob))).toStrictEqual(bytes);
  expect(registry.seen.at(-1)?.headers.range).toBe('bytes=100000-299999');

  registry.store.blobs.set(blob.digest, randomBytes(300_000));
  await expect(read(readBlob(repository, blob))).rejects.toMatchObject({ code: 'digest-mismatch' });
});

test('a manifest whose bytes do not have its digest is refused', async () => {
  const { registry, open } = await start();
  const repository = await open('acme/shop');
  const { digest } = await pushImage(repository, 'x');
  const other = await pushImage(repository, 'y');
  registry.store
    .repository('acme/shop')
    .manifests.set(digest, { mediaType: OCI_MANIFEST, bytes: Buffer.from(other.bytes) });
  await expect(readManifest(repository, digest)).rejects.toMatchObject({ code: 'digest-mismatch' });
});

test('a truncated manifest is requested again', async () => {
  const { registry, open } = await start();
  const repository = await open('acme/shop');
  const { digest, bytes } = await pushImage(repository, 'x');
  registry.faults.inject(/^GET .*manifests/, { kind: 'truncated', bytes: 10 });
  expect(Buffer.from((await readManifest(repository, digest)).bytes)).toStrictEqual(Buffer.from(bytes));
});

test('verifyTag fails for another digest and for a missing tag, and waits for a registry with a delay', async () => {
  const { registry, open, waits } = await start({}, { retries: 3 });
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

test('one token is requested per scope', async () => {
  const registry = await FakeRegistry.start({ access: { kind: 'bearer', accounts } });
  const opened = openRegistries(login(registry.host));
  closing.push(() => registry.stop(), opened.close);
  const repository = await opened.registries.repository({ registry: registry.host, repository: 'acme/shop' });
  await pushImage(repository, 'x');
  expect(registry.access.tokensIssued).toBe(2);
  expect(
    registry.lines(/^GET \/token/).map((line) => new URL(line.slice(4), registry.origin).searchParams.get('scope')),
  ).toStrictEqual(['repository:acme/shop:pull', 'repository:acme/shop:pull,push']);
});

test('a token that has expired or was revoked is replaced', async () => {
  const registry = await FakeRegistry.start({ access: { kind: 'bearer', accounts } });
  let now = Date.now();
  const clock = { now: () => now, sleep: async () => {} };
  const opened = openRegistries({ ...login(registry.host), clock });
  closing.push(() => registry.stop(), opened.close);
  const repository = await opened.registries.repository({ registry: registry.host, repository: 'acme/shop' });
  await pushImage(repository, 'x');
  registry.access.revokeTokens();
  await pushImage(repository, 'y');
  expect(registry.access.tokensIssued).toBe(4);
  now += 295_000;
  await hasBlob(repository, digestOf('z'));
  expect(registry.access.tokensIssued).toBe(5);
});

test('an upload continues with a new token if its token is revoked', async () => {
  const registry = await FakeRegistry.start({ access: { kind: 'bearer', accounts } });
  const opened = openRegistries(login(registry.host));
  closing.push(() => registry.stop(), opened.close);
  const repository = await opened.registries.repository({ registry: registry.host, repository: 'acme/shop' });
  const source = sourceOf(large);
  let opens = 0;
  const revoking: BlobSource = {
    ...source,
    open(from, to) {
      opens += 1;
      if (opens === 1) registry.access.revokeTokens();
      return source.open(from, to);
    },
  };
  expect(await pushBlob(repository, revoking)).toBe('uploaded');
  expect(registry.store.blob('acme/shop', source.digest)).toBeTruthy();
});

test('concurrent requests share one token', async () => {
  const registry = await FakeRegistry.start({ access: { kind: 'bearer', accounts } });
  const opened = openRegistries(login(registry.host));
  closing.push(() => registry.stop(), opened.close);
  const repository = await opened.registries.repository({ registry: registry.host, repository: 'acme/shop' });
  const sendRequests = () => Promise.all([1, 2, 3, 4].map((n) => hasBlob(repository, digestOf(String(n)))));
  await sendRequests();
  expect(registry.access.tokensIssued).toBe(1);
  registry.access.revokeTokens();
  await sendRequests();
  expect(registry.access.tokensIssued).toBe(2);
});

for (const realm of ['http://127.0.0.1:9/token', 'HTTP://127.0.0.1:9/token', ' ht\ttp://127.0.0.1:9/token'])
  test(`a login is not sent to a token server without TLS if the registry has TLS: ${JSON.stringify(realm)}`, async () => {
    const registry = await FakeRegistry.start({ tls: { key, cert } });
    const opened = openRegistries({ ...login(registry.host), ca: cert });
    closing.push(() => registry.stop(), opened.close);
    registry.faults.inject(/^HEAD/, {
      kind: 'status',
      status: 401,
      headers: { 'www-authenticate': `Bearer realm="${realm}",service="x"` },
    });
    const repository = await opened.registries.repository({ registry: registry.host, repository: 'acme/shop' });
    await expect(hasBlob(repository, digestOf('x'))).rejects.toMatchObject({
      code: 'registry-refused',
      message: expect.stringMatching(/does not speak TLS/),
    });
  });

test('a login is not sent to the token server of a storage that the registry redirects to', async () => {
  const requests: string[] = [];
  const storage = createServer((request, response) => {
    requests.push(`${request.url} ${request.headers.authorization}`);
    const realm = `http://${request.headers.host}/token`;
    if (request.url?.startsWith('/token')) response.end('{"token":"mine-now"}');
    else response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}"` }).end();
  });
  const port = await listenOnLoopback(storage);
  const registry = await FakeRegistry.start({});
  const opened = openRegistries(login(registry.host));
  closing.push(
    async () => void storage.close(),
    () => registry.stop(),
    opened.close,
  );
  const location = `http://127.0.0.1:${port}/blob`;
  registry.faults.inject(/^HEAD/, { kind: 'status', status: 307, headers: { location } });
  const repository = await opened.registries.repository({ registry: registry.host, repository: 'acme/shop' });
  await expect(hasBlob(repository, digestOf('x'))).rejects.toMatchObject({ code: 'registry-unauthorized' });
  expect(requests).toStrictEqual(['/blob undefined']);
});

test('an upload is not sent without TLS to a location that a registry with TLS gives', async () => {
  const registry = await FakeRegistry.start({ tls: { key, cert } });
  const opened = openRegistries({ ca: cert });
  closing.push(() => registry.stop(), opened.close);
  const location = 'http://storage.example/upload';
  registry.faults.inject(/^POST/, { kind: 'status', status: 202, headers: { location } });
  const repository = await opened.registries.repository({ registry: registry.host, repository: 'acme/shop' });
  await expect(pushBlob(repository, sourceOf(randomBytes(10)))).rejects.toMatchObject({
    code: 'registry-refused',
    message: expect.stringMatching(/sends an upload to http:\/\/storage\.example, which does not speak TLS/),
  });
});

test('a response that is larger than announced is not read to its end', async () => {
  const { registry, open } = await start();
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

test('a manifest that could be read as an image and as an index is refused', async () => {
  const { open } = await start();
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

test('a mount requests a token for the source repository as well', async () => {
  const registry = await FakeRegistry.start({ access: { kind: 'bearer', accounts } });
  const opened = openRegistries(login(registry.host));
  closing.push(() => registry.stop(), opened.close);
  const open = (repository: string) => opened.registries.repository({ registry: registry.host, repository });
  const bytes = randomBytes(100);
  await pushBlob(await open('acme/base'), sourceOf(bytes));
  expect(await pushBlob(await open('acme/shop'), sourceOf(bytes), 'acme/base')).toBe('mounted');
});

test('a push works with Basic authentication', async () => {
  const basic = await FakeRegistry.start({ access: { kind: 'basic', accounts } });
  const opened = openRegistries(login(basic.host));
  closing.push(() => basic.stop(), opened.close);
  await pushImage(await opened.registries.repository({ registry: basic.host, repository: 'acme/shop' }), 'x');
  expect(basic.store.repository('acme/shop').manifests.size).toBe(1);
});

const refusals: { what: string; access: FakeOptions['access']; password?: string; code: string; message: RegExp }[] = [
  {
    what: 'no login',
    access: { kind: 'bearer', accounts },
    code: 'registry-unauthorized',
    message: /requires a login/,
  },
  {
    what: 'no login (Basic)',
    access: { kind: 'basic', accounts },
    code: 'registry-unauthorized',
    message: /requires a login/,
  },
  {
    what: 'a wrong password',
    access: { kind: 'bearer', accounts },
    password: 'wrong',
    code: 'registry-unauthorized',
    message: /refused the login from the input `registry-username`/,
  },
  {
    what: 'a wrong password (Basic)',
    access: { kind: 'basic', accounts },
    password: 'wrong',
    code: 'registry-unauthorized',
    message: /refused the login/,
  },
  {
    what: 'a login that may only read',
    access: { kind: 'bearer', accounts: { ci: { password: 's3cret-pass', may: (_, action) => action === 'pull' } } },
    password: 's3cret-pass',
    code: 'registry-denied',
    message: /does not allow to push/,
  },
  {
    what: 'a login that may only read (Basic)',
    access: { kind: 'basic', accounts: { ci: { password: 's3cret-pass', may: (_, action) => action === 'pull' } } },
    password: 's3cret-pass',
    code: 'registry-denied',
    message: /does not allow to push/,
  },
];
for (const { what, access, password, code, message } of refusals) {
  test(`a push with ${what} fails with ${code}`, async () => {
    const registry = await FakeRegistry.start(access ? { access } : {});
    const opened = openRegistries(password === undefined ? {} : { login: { ...login(registry.host).login, password } });
    closing.push(() => registry.stop(), opened.close);
    const repository = await opened.registries.repository({ registry: registry.host, repository: 'acme/shop' });
    await expect(pushBlob(repository, sourceOf(randomBytes(9)))).rejects.toThrow(
      errorLike((error) => {
        expect(String(error)).toMatch(message);
        expect(String(error)).not.toMatch(/s3cret|wrong/);
        return error instanceof Error && 'code' in error && error.code === code;
      }),
    );
  });
}

test('a registry without a server fails with registry-unreachable', async () => {
  const opened = openRegistries({ retries: 1 });
  closing.push(opened.close);
  const absent = await opened.registries.repository({ registry: '127.0.0.1:1', repository: 'acme/shop' });
  await expect(hasBlob(absent, digestOf('x'))).rejects.toMatchObject({
    code: 'registry-unreachable',
    message: expect.stringMatching(/ECONNREFUSED/),
  });
});

test('an index is copied between registries with all its images, under the same digest', async () => {
  const [one, two] = [await start(), await start()];
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

test('a refusal without an error body gives a remedy for its status', async () => {
  const { registry, open } = await start();
  const repository = await open('acme/shop');
  registry.faults.inject(/^POST/, { kind: 'status', status: 413, body: '<html>too large</html>' });
  await expect(pushBlob(repository, sourceOf(randomBytes(10)))).rejects.toMatchObject({
    code: 'registry-refused',
    message: expect.stringMatching(/it is too large \(HTTP 413\)\.$/),
    remedy: expect.stringMatching(/client_max_body_size/),
  });
  registry.faults.inject(/^POST/, { kind: 'status', status: 418, body: '<html>no</html>' });
  await expect(pushBlob(repository, sourceOf(randomBytes(10)))).rejects.toMatchObject({
    message: expect.stringMatching(/refused to .* \(HTTP 418\)\.$/),
    remedy: expect.stringMatching(/log of the registry/),
  });
});
