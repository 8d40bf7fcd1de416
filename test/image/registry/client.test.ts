import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { afterEach, test } from 'node:test';
import { type Digest, digestOf } from '../../../src/image/digest.ts';
import { parseManifest, storedManifest } from '../../../src/image/manifest.ts';
import { OCI_CONFIG, OCI_INDEX, OCI_LAYER, OCI_MANIFEST } from '../../../src/image/media-types.ts';
import { hasBlob, readBlob } from '../../../src/image/registry/blobs.ts';
import { copyImage } from '../../../src/image/registry/copy.ts';
import { findDigest, putManifest, readManifest, readPushed, verifyTag } from '../../../src/image/registry/manifests.ts';
import { resolvePlatforms } from '../../../src/image/registry/platforms.ts';
import type { RegistryOptions } from '../../../src/image/registry/registries.ts';
import type { Repository } from '../../../src/image/registry/repository.ts';
import { type BlobSource, MONOLITHIC_LIMIT, pushBlob } from '../../../src/image/registry/upload.ts';
import { listenOnLoopback } from '../../doubles/loopback.ts';
import { cert, key } from '../../doubles/registry/certificate.ts';
import { type RegistryOptions as DoubleOptions, RegistryDouble } from '../../doubles/registry/registry.ts';
import { openRegistries } from './world.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start(double: DoubleOptions = {}, client: Partial<RegistryOptions> = {}) {
  const registry = await RegistryDouble.start(double);
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

async function pushImage(repository: Repository, content: string) {
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
const login = (host: string) => ({ login: { registries: [host], username: 'ci', password: 's3cret-pass' } });

test('a blob is pushed once, and read back with its digest checked', async () => {
  const { registry, open } = await start();
  const repository = await open('acme/shop');
  const bytes = randomBytes(200_000);
  assert.equal(await pushBlob(repository, sourceOf(bytes)), 'uploaded');
  assert.equal(await pushBlob(repository, sourceOf(bytes)), 'present');
  assert.equal(registry.lines(/^PUT/).length, 1);
  assert.deepEqual(await read(readBlob(repository, { digest: digestOf(bytes), size: bytes.length })), bytes);
  assert.equal(await hasBlob(repository, digestOf('other')), false);
});

test('an empty blob is a blob', async () => {
  const { open } = await start();
  const repository = await open('acme/shop');
  assert.equal(await pushBlob(repository, sourceOf(Buffer.alloc(0))), 'uploaded');
  assert.deepEqual(await read(readBlob(repository, { digest: digestOf(''), size: 0 })), Buffer.alloc(0));
});

test('a blob that another repository of the registry has is mounted, not sent', async () => {
  const { registry, open } = await start();
  const bytes = randomBytes(1000);
  await pushBlob(await open('acme/base'), sourceOf(bytes));
  assert.equal(await pushBlob(await open('acme/shop'), sourceOf(bytes), 'acme/base'), 'mounted');
  assert.equal(registry.lines(/^(PUT|PATCH)/).length, 1);
  assert.equal(await pushBlob(await open('acme/other'), sourceOf(bytes), 'acme/absent'), 'uploaded');
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
        assert.match(await pushBlob(repository, sourceOf(bytes)), /uploaded/);
        const manifest = await pushImage(repository, 'x');
        await putManifest(repository, '1.0', manifest);
        await verifyTag(repository, '1.0', manifest.digest);
        assert.ok(registry.store.blob('acme/shop', digestOf(bytes)));
      });
    }
  }
}

test('an upload that broke in the middle goes on where the registry has got to', async () => {
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
  assert.equal(await pushBlob(repository, breaking), 'uploaded');
  const patches = registry.seen.filter(({ line }) => line.startsWith('PATCH'));
  assert.equal(patches.length, 2);
  const from = Number(/^(\d+)-/.exec(String(patches[1]?.headers['content-range']))?.[1]);
  assert.ok(from > 1_000_000, `went on from byte ${from}`);
  assert.equal(registry.lines(/^POST/).length, 1);
});

test('a registry that forgets an upload gets it anew', async () => {
  const { registry, open } = await start();
  const repository = await open('acme/shop');
  registry.faults.inject(/^PUT .*uploads/, { kind: 'status', status: 404 });
  assert.equal(await pushBlob(repository, sourceOf(randomBytes(10))), 'uploaded');
  assert.equal(registry.lines(/^POST/).length, 2);
});

test('a proxy that takes no large body gets pieces', async () => {
  const { registry, open } = await start({ bodyLimit: 33 * 1024 * 1024 });
  const huge = Buffer.alloc(70 * 1024 * 1024, 'abc');
  assert.equal(await pushBlob(await open('acme/shop'), sourceOf(huge)), 'uploaded');
  assert.equal(registry.store.blob('acme/shop', digestOf(huge))?.length, huge.length);
});

test('a body that is too large in the smallest pieces too is no reason to send it again', async () => {
  const { registry, open, waits } = await start({ bodyLimit: MONOLITHIC_LIMIT });
  for (const bytes of [large, Buffer.alloc(40 * 1024 * 1024)]) {
    const before = registry.lines(/^PATCH/).length;
    await assert.rejects(pushBlob(await open('acme/shop'), sourceOf(bytes)), { message: /HTTP 413|too large/ });
    assert.ok(registry.lines(/^PATCH/).length - before <= 2);
  }
  assert.deepEqual(waits, []);
});

test('an index of very many images is not asked for one by one', async () => {
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
  assert.equal((await resolvePlatforms(repository, usual.digest)).platforms.length, 40);
  // The index and its one image, once each.
  assert.equal(registry.lines(/^GET .*manifests/).length - before, 2);
  const bomb = indexOf(2000);
  registry.store.repository('acme/shop').manifests.set(bomb.digest, { ...bomb, bytes: Buffer.from(bomb.bytes) });
  await assert.rejects(resolvePlatforms(repository, bomb.digest), {
    code: 'manifest-unsupported',
    message: /2,000 images/,
  });
});

test('a source that holds other bytes than it says is refused by the registry and told as such', async () => {
  const { open } = await start();
  const bytes = Buffer.from('right');
  const lying = { ...sourceOf(Buffer.from('wrong')), digest: digestOf(bytes) };
  await assert.rejects(pushBlob(await open('acme/shop'), lying), { code: 'digest-mismatch' });
});

test('a download that broke goes on where it broke; wrong bytes are found', async () => {
  const { registry, open } = await start();
  const repository = await open('acme/shop');
  const bytes = randomBytes(300_000);
  await pushBlob(repository, sourceOf(bytes));
  const blob = { digest: digestOf(bytes), size: bytes.length };
  registry.faults.inject(/^GET .*blobs/, { kind: 'truncated', bytes: 100_000 });
  registry.faults.inject(/^GET .*blobs/, { kind: 'status', status: 502 });
  assert.deepEqual(await read(readBlob(repository, blob)), bytes);
  assert.equal(registry.seen.at(-1)?.headers.range, 'bytes=100000-299999');

  registry.store.blobs.set(blob.digest, randomBytes(300_000));
  await assert.rejects(read(readBlob(repository, blob)), { code: 'digest-mismatch' });
});

test('a manifest whose bytes are not those of its digest is refused', async () => {
  const { registry, open } = await start();
  const repository = await open('acme/shop');
  const { digest } = await pushImage(repository, 'x');
  const other = await pushImage(repository, 'y');
  registry.store
    .repository('acme/shop')
    .manifests.set(digest, { mediaType: OCI_MANIFEST, bytes: Buffer.from(other.bytes) });
  await assert.rejects(readManifest(repository, digest), { code: 'digest-mismatch' });
});

test('a manifest cut short is asked for again', async () => {
  const { registry, open } = await start();
  const repository = await open('acme/shop');
  const { digest, bytes } = await pushImage(repository, 'x');
  registry.faults.inject(/^GET .*manifests/, { kind: 'truncated', bytes: 10 });
  assert.deepEqual(Buffer.from((await readManifest(repository, digest)).bytes), Buffer.from(bytes));
});

test('a tag that leads elsewhere, or nowhere, is no proof', async () => {
  const { registry, open, waits } = await start({}, { retries: 3 });
  const repository = await open('acme/shop');
  const [x, y] = [await pushImage(repository, 'x'), await pushImage(repository, 'y')];
  await putManifest(repository, '1.0', x);
  await assert.rejects(verifyTag(repository, '1.0', y.digest), {
    code: 'digest-mismatch',
    message: /acme\/shop:1\.0 should be/,
  });
  await assert.rejects(verifyTag(repository, '2.0', x.digest), { code: 'image-not-found' });
  assert.equal(waits.length, 3);
  // Registries that spread a push slowly know it a moment later.
  registry.faults.inject(/^HEAD/, { kind: 'status', status: 404 }, 2);
  await verifyTag(repository, '1.0', x.digest);
  registry.faults.inject(/^GET/, { kind: 'status', status: 404 }, 2);
  assert.equal((await readPushed(repository, x.digest)).digest, x.digest);
});

test('the right to pull and push is bought from the token server, once per scope', async () => {
  const registry = await RegistryDouble.start({ access: { kind: 'bearer', accounts } });
  const opened = openRegistries(login(registry.host));
  closing.push(() => registry.stop(), opened.close);
  const repository = await opened.registries.repository({ registry: registry.host, repository: 'acme/shop' });
  await pushImage(repository, 'x');
  assert.equal(registry.access.tokensIssued, 2);
  assert.deepEqual(
    registry.lines(/^GET \/token/).map((line) => new URL(line.slice(4), registry.origin).searchParams.get('scope')),
    ['repository:acme/shop:pull', 'repository:acme/shop:pull,push'],
  );
});

test('a token that ran out or was taken back is replaced', async () => {
  const registry = await RegistryDouble.start({ access: { kind: 'bearer', accounts } });
  let now = Date.now();
  const clock = { now: () => now, sleep: async () => {} };
  const opened = openRegistries({ ...login(registry.host), clock });
  closing.push(() => registry.stop(), opened.close);
  const repository = await opened.registries.repository({ registry: registry.host, repository: 'acme/shop' });
  await pushImage(repository, 'x');
  registry.access.revokeTokens();
  await pushImage(repository, 'y');
  assert.equal(registry.access.tokensIssued, 4);
  now += 295_000;
  await hasBlob(repository, digestOf('z'));
  assert.equal(registry.access.tokensIssued, 5);
});

test('a token that ends while a large blob is on its way does not stop it', async () => {
  const registry = await RegistryDouble.start({ access: { kind: 'bearer', accounts } });
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
  assert.equal(await pushBlob(repository, revoking), 'uploaded');
  assert.ok(registry.store.blob('acme/shop', source.digest));
});

test('requests side by side share one token', async () => {
  const registry = await RegistryDouble.start({ access: { kind: 'bearer', accounts } });
  const opened = openRegistries(login(registry.host));
  closing.push(() => registry.stop(), opened.close);
  const repository = await opened.registries.repository({ registry: registry.host, repository: 'acme/shop' });
  const ask = () => Promise.all([1, 2, 3, 4].map((n) => hasBlob(repository, digestOf(String(n)))));
  await ask();
  assert.equal(registry.access.tokensIssued, 1);
  registry.access.revokeTokens();
  await ask();
  assert.equal(registry.access.tokensIssued, 2);
});

for (const realm of ['http://127.0.0.1:9/token', 'HTTP://127.0.0.1:9/token', ' ht\ttp://127.0.0.1:9/token'])
  test(`a login is not sent to a token server without TLS, unless the registry has none either: ${JSON.stringify(realm)}`, async () => {
    const registry = await RegistryDouble.start({ tls: { key, cert } });
    const opened = openRegistries({ ...login(registry.host), ca: cert });
    closing.push(() => registry.stop(), opened.close);
    registry.faults.inject(/^HEAD/, {
      kind: 'status',
      status: 401,
      headers: { 'www-authenticate': `Bearer realm="${realm}",service="x"` },
    });
    const repository = await opened.registries.repository({ registry: registry.host, repository: 'acme/shop' });
    await assert.rejects(hasBlob(repository, digestOf('x')), {
      code: 'registry-refused',
      message: /does not speak TLS/,
    });
  });

test('only the registry says where its login goes, not a storage that it redirects to', async () => {
  const asked: string[] = [];
  const storage = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers.authorization}`);
    const realm = `http://${request.headers.host}/token`;
    if (request.url?.startsWith('/token')) response.end('{"token":"mine-now"}');
    else response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}"` }).end();
  });
  const port = await listenOnLoopback(storage);
  const registry = await RegistryDouble.start({});
  const opened = openRegistries(login(registry.host));
  closing.push(
    async () => void storage.close(),
    () => registry.stop(),
    opened.close,
  );
  const location = `http://127.0.0.1:${port}/blob`;
  registry.faults.inject(/^HEAD/, { kind: 'status', status: 307, headers: { location } });
  const repository = await opened.registries.repository({ registry: registry.host, repository: 'acme/shop' });
  await assert.rejects(hasBlob(repository, digestOf('x')), { code: 'registry-unauthorized' });
  assert.deepEqual(asked, ['/blob undefined']);
});

test('an upload is not sent in the clear to where a registry with TLS points', async () => {
  const registry = await RegistryDouble.start({ tls: { key, cert } });
  const opened = openRegistries({ ca: cert });
  closing.push(() => registry.stop(), opened.close);
  const location = 'http://storage.example/upload';
  registry.faults.inject(/^POST/, { kind: 'status', status: 202, headers: { location } });
  const repository = await opened.registries.repository({ registry: registry.host, repository: 'acme/shop' });
  await assert.rejects(pushBlob(repository, sourceOf(randomBytes(10))), {
    code: 'registry-refused',
    message: /sends an upload to http:\/\/storage\.example, which does not speak TLS/,
  });
});

test('a registry that sends more than it announced is not listened to for ever', async () => {
  const { registry, open } = await start();
  const repository = await open('acme/shop');
  const digest = digestOf('config');
  await pushBlob(repository, sourceOf(Buffer.from('config')));
  registry.store.blobs.set(digest, randomBytes(20_000_000));
  let got = 0;
  const reading = async () => {
    for await (const chunk of readBlob(repository, { digest, size: 6 })) got += chunk.length;
  };
  await assert.rejects(reading(), { code: 'digest-mismatch' });
  assert.equal(got, 0);

  const bytes = Buffer.alloc(17 * 1024 * 1024, ' ');
  registry.store.repository('acme/shop').manifests.set(digestOf(bytes), { mediaType: OCI_MANIFEST, bytes });
  await assert.rejects(readManifest(repository, digestOf(bytes)), {
    code: 'registry-unreachable',
    message: /more than/,
  });
});

test('one digest is not both an image and an index', async () => {
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
    assert.throws(() => parseManifest(storedManifest(type, body), 'shop'), { code: 'manifest-unsupported' });
});

test('mounting asks for the source too', async () => {
  const registry = await RegistryDouble.start({ access: { kind: 'bearer', accounts } });
  const opened = openRegistries(login(registry.host));
  closing.push(() => registry.stop(), opened.close);
  const open = (repository: string) => opened.registries.repository({ registry: registry.host, repository });
  const bytes = randomBytes(100);
  await pushBlob(await open('acme/base'), sourceOf(bytes));
  assert.equal(await pushBlob(await open('acme/shop'), sourceOf(bytes), 'acme/base'), 'mounted');
});

test('Basic authentication does as well', async () => {
  const basic = await RegistryDouble.start({ access: { kind: 'basic', accounts } });
  const opened = openRegistries(login(basic.host));
  closing.push(() => basic.stop(), opened.close);
  await pushImage(await opened.registries.repository({ registry: basic.host, repository: 'acme/shop' }), 'x');
  assert.equal(basic.store.repository('acme/shop').manifests.size, 1);
});

const refusals: { what: string; access: DoubleOptions['access']; password?: string; code: string; message: RegExp }[] =
  [
    {
      what: 'no login',
      access: { kind: 'bearer', accounts },
      code: 'registry-unauthorized',
      message: /asks for a login/,
    },
    {
      what: 'no login (Basic)',
      access: { kind: 'basic', accounts },
      code: 'registry-unauthorized',
      message: /asks for a login/,
    },
    {
      what: 'a wrong password',
      access: { kind: 'bearer', accounts },
      password: 'wrong',
      code: 'registry-unauthorized',
      message: /refused the login from the input/,
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
  test(`a push with ${what} is told as ${code}`, async () => {
    const registry = await RegistryDouble.start(access ? { access } : {});
    const opened = openRegistries(
      password === undefined ? {} : { login: { registries: [registry.host], username: 'ci', password } },
    );
    closing.push(() => registry.stop(), opened.close);
    const repository = await opened.registries.repository({ registry: registry.host, repository: 'acme/shop' });
    await assert.rejects(pushBlob(repository, sourceOf(randomBytes(9))), (error) => {
      assert.match(String(error), message);
      assert.doesNotMatch(String(error), /s3cret|wrong/);
      return error instanceof Error && 'code' in error && error.code === code;
    });
  });
}

test('a registry that is not there is told as unreachable', async () => {
  const opened = openRegistries({ retries: 1 });
  closing.push(opened.close);
  const absent = await opened.registries.repository({ registry: '127.0.0.1:1', repository: 'acme/shop' });
  await assert.rejects(hasBlob(absent, digestOf('x')), { code: 'registry-unreachable', message: /ECONNREFUSED/ });
});

test('an image is copied between registries under its digest, an index with all its images', async () => {
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
  assert.equal(await findDigest(to, index.digest), index.digest);
  const expected: { digest: Digest } = { digest: image.digest };
  const resolved = await resolvePlatforms(to, index.digest);
  assert.deepEqual(resolved.platforms, [{ platform: { os: 'linux', architecture: 'arm64' }, ...expected }]);
  assert.deepEqual((await resolvePlatforms(to, image.digest)).platforms, resolved.platforms);
  await assert.rejects(resolvePlatforms(to, 'absent'), { code: 'image-not-found' });
});

test('a refusal without a reason says where to look for one', async () => {
  const { registry, open } = await start();
  const repository = await open('acme/shop');
  registry.faults.inject(/^POST/, { kind: 'status', status: 413, body: '<html>too large</html>' });
  await assert.rejects(pushBlob(repository, sourceOf(randomBytes(10))), {
    code: 'registry-refused',
    message: /it is too large \(HTTP 413\)\.$/,
    remedy: /client_max_body_size/,
  });
  registry.faults.inject(/^POST/, { kind: 'status', status: 418, body: '<html>no</html>' });
  await assert.rejects(pushBlob(repository, sourceOf(randomBytes(10))), {
    message: /refused to .* \(HTTP 418\)\.$/,
    remedy: /log of the registry/,
  });
});
