import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { listAt, parseJson, stringAt } from '../../../src/json/json.ts';
import { sha256 } from '../../fakes/registry/store.ts';
import { readTar } from '../../image/layer/read-tar.ts';
import { expectWithNote, fail } from '../../jest-support.ts';
import { Checkout } from './harness.ts';

const OCI = 'application/vnd.oci.image';

let checkout: Checkout;
beforeEach(() => {
  checkout = openCheckout();
});
afterEach(() => checkout.remove());

import { addIndex, configOf, content, openCheckout, scratch, startRegistry } from './layer-images.ts';

test('an image from scratch has the files and the config, and every tag has its digest', async () => {
  const registry = await startRegistry();
  const outcome = await checkout.run({
    ...scratch(registry),
    tags: '1.4.2\ntype=sha',
    entrypoint: '["/app/server"]',
    cmd: '--port\n8080',
    env: 'MODE=production\nEMPTY=',
    user: '1000:1000',
    workdir: '/app',
    expose: '8080, 53/udp',
    labels: 'team=shop\norg.opencontainers.image.version=custom',
    annotations: 'note=hi',
  });
  expectWithNote(outcome.exitCode, outcome.log).toBe(0);
  const { digest = '' } = outcome.outputs;
  expect(outcome.outputs['image']).toBe(`${registry.host}/acme/shop@${digest}`);
  expect(outcome.outputs['reference']).toBe(`${registry.host}/acme/shop:${outcome.outputs['tag']}@${digest}`);
  expect(outcome.outputs['repository']).toBe('acme/shop');
  expect(outcome.outputs['tag']).toBe('1.4.2');
  expect(outcome.outputs['engine']).toBe('layers');
  expect(outcome.outputs['platform-digests']).toBe(JSON.stringify({ 'linux/amd64': digest }));
  for (const tag of ['1.4.2', 'sha-43591c2']) expect(registry.store.manifest('acme/shop', tag)?.digest).toBe(digest);

  const manifest = content(registry, 'acme/shop', digest);
  expect(stringAt(manifest, 'mediaType')).toBe(`${OCI}.manifest.v1+json`);
  expect(stringAt(manifest, 'annotations', 'note')).toBe('hi');
  const config = configOf(registry, 'acme/shop', digest);
  const layer = registry.store.blob('acme/shop', stringAt(manifest, 'layers', 0, 'digest') ?? '') ?? fail('no layer');
  expect(config).toStrictEqual({
    created: '2023-11-14T22:13:20Z',
    os: 'linux',
    architecture: 'amd64',
    config: {
      Env: ['MODE=production', 'EMPTY='],
      Entrypoint: ['/app/server'],
      Cmd: ['--port', '8080'],
      User: '1000:1000',
      WorkingDir: '/app',
      ExposedPorts: { '8080/tcp': {}, '53/udp': {} },
      Labels: {
        'org.opencontainers.image.created': '2023-11-14T22:13:20Z',
        'org.opencontainers.image.revision': '43591c2674b572be0d3efa81b2b840a3b5128c71',
        'org.opencontainers.image.source': 'https://github.com/acme/shop',
        'org.opencontainers.image.version': 'custom',
        team: 'shop',
      },
    },
    rootfs: { type: 'layers', diff_ids: [sha256(gunzipSync(layer))] },
    history: [{ created: '2023-11-14T22:13:20Z', created_by: 'gitops-actions build-image', comment: 'dist => /app' }],
  });
  expect(
    readTar(gunzipSync(layer)).map(
      ({ path, mode, content: bytes, mtime }) => `${path} ${mode.toString(8)} ${bytes} ${mtime}`,
    ),
  ).toStrictEqual(['app/ 755  1700000000', 'app/index.html 644 hello 1700000000', 'app/server 755 binary 1700000000']);
  expect(outcome.summary).toMatch(/### build-image: .*`1\.4\.2`/);
  expect(outcome.log).toMatch(
    /✓ 127\.0\.0\.1:\d+\/acme\/shop@sha256:[0-9a-f]{64}\n {2}2 tags verified, \d+ B, linux\/amd64/,
  );
  expect(checkout.leftovers()).toStrictEqual([]);
});

test('the same inputs give the same digest in another checkout; other bytes or another commit time give another digest', async () => {
  const registry = await startRegistry();
  const digestOf = async (place: Checkout, env: Record<string, string> = {}) =>
    (await place.run({ ...scratch(registry), tags: 'x' }, env)).outputs['digest'];
  const first = await digestOf(checkout);
  const elsewhere = new Checkout();
  try {
    elsewhere.write('dist/server', 'binary', 0o711);
    elsewhere.write('dist/index.html', 'hello', 0o640);
    expect(await digestOf(elsewhere)).toBe(first);
    expect(await digestOf(elsewhere, { SOURCE_DATE_EPOCH: '1700000001' })).not.toBe(first);
    elsewhere.write('dist/index.html', 'hallo');
    expect(await digestOf(elsewhere)).not.toBe(first);
  } finally {
    elsewhere.remove();
  }
});

test('with a base, its layers come first, and its config stays except for what the inputs change', async () => {
  const registry = await startRegistry();
  addIndex(registry, 'library/debian', ['amd64', 'arm64']);
  const outcome = await checkout.run({
    image: `${registry.host}/acme/shop`,
    base: `${registry.host}/library/debian:13`,
    files: 'dist/server => /usr/local/bin/',
    entrypoint: '/usr/local/bin/server',
    env: 'LANG=C.UTF-8\nA=b',
    tags: '1',
    compression: 'zstd',
  });
  expectWithNote(outcome.exitCode, outcome.log).toBe(0);
  const manifest = content(registry, 'acme/shop', '1');
  expect(listAt(manifest, 'layers').map((layer) => stringAt(layer, 'mediaType'))).toStrictEqual([
    `${OCI}.layer.v1.tar+gzip`,
    `${OCI}.layer.v1.tar+zstd`,
  ]);
  expect(stringAt(manifest, 'annotations', 'org.opencontainers.image.base.name') ?? '').toMatch(/library\/debian:13$/);
  expect(stringAt(manifest, 'annotations', 'org.opencontainers.image.base.digest')).toBe(
    registry.store.manifest('library/debian', '13')?.digest,
  );
  const config = configOf(registry, 'acme/shop', '1');
  expect(stringAt(config, 'author')).toBe('somebody');
  expect(listAt(config, 'config', 'Env')).toStrictEqual(['PATH=/bin', 'LANG=C.UTF-8', 'A=b']);
  expect(listAt(config, 'config', 'Entrypoint')).toStrictEqual(['/usr/local/bin/server']);
  expectWithNote(listAt(config, 'config', 'Cmd'), "the arguments of the base's entry point are dropped").toStrictEqual(
    [],
  );
  expect(stringAt(config, 'config', 'Labels', 'vendor')).toBe('acme');
  expect(stringAt(config, 'config', 'Labels', 'org.opencontainers.image.version')).toBe('1');
  expect(listAt(config, 'rootfs', 'diff_ids').length).toBe(2);
  const layer = registry.store.blob('acme/shop', stringAt(manifest, 'layers', 1, 'digest') ?? '') ?? fail('no layer');
  expect(readTar(zstdDecompressSync(layer)).map(({ path }) => path)).toStrictEqual(['usr/local/bin/server']);
  expectWithNote(registry.lines(/^GET .*library\/debian\/blobs/).length, 'only the config of the base was read').toBe(
    1,
  );
  expect(registry.lines(/mount=/).length).toBe(1);
});

test('several platforms make an index, each with its own base image', async () => {
  const registry = await startRegistry();
  addIndex(registry, 'library/debian', ['amd64', 'arm64', 's390x']);
  const outcome = await checkout.run({
    image: `${registry.host}/acme/shop\n${registry.host}/mirror/shop`,
    base: `${registry.host}/library/debian:13`,
    files: 'dist => /app',
    platforms: 'linux/arm64, linux/amd64',
    tags: '1\nlatest',
    annotations: 'note=hi',
  });
  expectWithNote(outcome.exitCode, outcome.log).toBe(0);
  const index = content(registry, 'acme/shop', '1');
  expect(stringAt(index, 'mediaType')).toBe(`${OCI}.index.v1+json`);
  expect(stringAt(index, 'annotations', 'note')).toBe('hi');
  const digests: unknown = parseJson(outcome.outputs['platform-digests'] ?? '');
  for (const [at, architecture] of ['arm64', 'amd64'].entries()) {
    const digest = stringAt(index, 'manifests', at, 'digest') ?? '';
    expect(stringAt(index, 'manifests', at, 'platform', 'architecture')).toBe(architecture);
    expect(stringAt(digests, `linux/${architecture}`)).toBe(digest);
    expect(stringAt(configOf(registry, 'acme/shop', digest), 'architecture')).toBe(architecture);
  }
  for (const [repository, tag] of [
    ['acme/shop', 'latest'],
    ['mirror/shop', '1'],
    ['mirror/shop', 'latest'],
  ] as const)
    expect(registry.store.manifest(repository, tag)?.digest).toBe(outcome.outputs['digest']);
  expect(outcome.outputs['tags'] ?? '').toMatch(/mirror\/shop:latest$/);
});

test('a base is copied from another registry, which does not get the login of the target', async () => {
  const accounts = { ci: { password: 's3cret-pass' } };
  const [from, to] = [await startRegistry(), await startRegistry({ access: { kind: 'bearer', accounts } })];
  addIndex(from, 'library/debian', ['amd64']);
  const outcome = await checkout.run({
    image: `${to.host}/acme/shop`,
    base: `${from.host}/library/debian:13`,
    files: 'dist => /app',
    'registry-username': 'ci',
    'registry-password': 's3cret-pass',
  });
  expectWithNote(outcome.exitCode, outcome.log).toBe(0);
  expectWithNote(
    from.seen.some(({ headers }) => headers.authorization !== undefined),
    'the login stays with its registry',
  ).toBe(false);
  expect(outcome.log + outcome.summary + JSON.stringify(outcome.outputs)).not.toMatch(/s3cret-pass/);
});

test('without a push, the digest is an output and no request is sent', async () => {
  const registry = await startRegistry();
  const pushed = await checkout.run(scratch(registry));
  registry.seen.length = 0;
  const outcome = await checkout.run({ ...scratch(registry), push: 'false' });
  expectWithNote(outcome.exitCode, outcome.log).toBe(0);
  expect(outcome.outputs['digest']).toBe(pushed.outputs['digest']);
  expect(outcome.outputs['image']).toBe('');
  expect(registry.seen).toStrictEqual([]);
});
