import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { at, objectAt, stringAt } from '../../../src/json/json.ts';
import { cert } from '../../fakes/registry/certificate.ts';
import { expectWithNote, fail } from '../../jest-support.ts';
import { EngineHarness } from './engine-harness.ts';

let harness: EngineHarness;
beforeEach(async () => {
  harness = await EngineHarness.open();
});
afterEach(() => harness.close());

const labels = '--label org.opencontainers.image.revision=abc1234 --label org.opencontainers.image.version=main';

test('buildah builds and pushes one tag; the other tag is added in the registry', async () => {
  harness.install(['buildah']);
  const outcome = await harness.build({
    'build-args': 'A=1\nB=two words',
    target: 'prod',
    pull: 'true',
    'no-cache': 'true',
    annotations: 'x=y',
  });
  expectWithNote(outcome.exitCode, outcome.log).toBe(0);
  expect(harness.lines()).toStrictEqual([
    `buildah build --file CTX/Dockerfile --build-arg A=1 --build-arg B=two words ${labels} --target prod --no-cache --annotation x=y --pull=always --iidfile TMP/image-id --tag REG/acme/shop:main --tag REG/acme/shop:1.2 CTX`,
    `buildah push --digestfile TMP/digest --tls-verify=false sha256:${'1'.repeat(64)} docker://REG/acme/shop:main`,
  ]);
  expect(outcome.outputs['digest']).toBe(harness.digest);
  expect(outcome.outputs['engine']).toBe('buildah');
  expect(harness.registry.store.manifest('acme/shop', '1.2')?.digest).toBe(harness.digest);
  expect(outcome.log).toMatch(/::group::Build with buildah 1\.28\.2\n\$ buildah build .*\n {2}buildah works/);
  expect(harness.checkout.leftovers()).toStrictEqual([]);
});

test('podman builds several platforms into a temporary manifest list and pushes it', async () => {
  harness.install(['podman']);
  const outcome = await harness.build({ engine: 'podman', platforms: 'linux/amd64, linux/arm64' });
  expectWithNote(outcome.exitCode, outcome.log).toBe(0);
  expect(harness.lines()[0] ?? '').toMatch(
    /^podman build .* --platform linux\/amd64 linux\/arm64 .* --manifest localhost\/build-image-\w+ CTX$/,
  );
  expect(harness.lines()[1] ?? '').toMatch(
    /^podman manifest push --all --digestfile TMP\/digest --tls-verify=false localhost\/build-image-\w+ docker:\/\/REG\/acme\/shop:main$/,
  );
  expect(at(harness.calls().at(-1), 'args', 1)).toStrictEqual('rm');
});

test('buildx builds into its cache, then pushes from the cache', async () => {
  harness.install(['docker']);
  const outcome = await harness.build({ 'no-cache': 'true', annotations: 'x=y', pull: 'true' });
  expectWithNote(outcome.exitCode, outcome.log).toBe(0);
  const common = `docker buildx build --provenance=false --sbom=false --progress=plain --file CTX/Dockerfile ${labels}`;
  expect(harness.lines()).toStrictEqual([
    `${common} --no-cache --annotation manifest:x=y --pull --output type=cacheonly CTX`,
    `${common} --annotation manifest:x=y --metadata-file TMP/metadata.json --output type=image name=REG/acme/shop:main push=true registry.insecure=true CTX`,
  ]);
  expect(outcome.outputs['engine']).toBe('buildx');
});

test('docker without buildx uses the classic builder, for one platform and without annotations', async () => {
  harness.install(['docker'], [{ pattern: 'buildx version', says: 'unknown command', times: 9 }]);
  const outcome = await harness.build({ engine: 'docker' });
  expectWithNote(outcome.exitCode, outcome.log).toBe(0);
  expect(harness.lines()).toStrictEqual([
    `docker build --file CTX/Dockerfile ${labels} --tag REG/acme/shop:main --tag REG/acme/shop:1.2 CTX`,
    'docker push REG/acme/shop:main',
  ]);
  expect(
    stringAt(
      harness.calls().find((call) => at(call, 'args', 0) === 'build'),
      'env',
      'DOCKER_BUILDKIT',
    ),
  ).toBe('0');
  expect((await harness.build({ engine: 'docker', platforms: 'linux/amd64,linux/arm64' })).error).toMatch(
    /classic docker builder builds for one/,
  );
  expect((await harness.build({ engine: 'docker', annotations: 'a=b' })).error).toMatch(/can't be set by the classic/);
});

test('auto skips an engine that is installed but does not respond', async () => {
  harness.install(
    ['docker', 'podman'],
    [{ pattern: '^docker', says: 'Cannot connect to the Docker daemon', times: 99 }],
  );
  expect((await harness.build()).outputs['engine']).toBe('podman');
  // buildx succeeds even if there is no builder.
  for (const says of ['Driver: docker\nError: Cannot connect to the daemon', 'Driver:   remote\nStatus: inactive']) {
    harness.install(['docker', 'podman'], [{ pattern: 'buildx inspect', says, times: 9, code: 0 }]);
    expectWithNote((await harness.build()).outputs['engine'], says).toBe('podman');
  }
});

test.each([
  ['buildah', ['buildah']],
  ['podman', ['podman']],
  ['buildx', ['docker']],
] as const)('%s gets the login in a file, and never in arguments or variables', async (engine, names) => {
  harness.install(names);
  mkdirSync(join(harness.checkout.temp, '.docker/contexts'), { recursive: true });
  writeFileSync(
    join(harness.checkout.temp, '.docker/config.json'),
    JSON.stringify({
      auths: { 'other.example': { auth: 'b3RoZXI6cGFzcw==' }, 'kept.example': {} },
      credsStore: 'desktop',
      currentContext: 'ci',
    }),
  );
  const outcome = await harness
    .build({
      engine,
      'registry-username': 'ci',
      'registry-password': 's3cret-pass',
      'registry-ca': cert,
    })
    .catch(fail);
  expectWithNote(outcome.exitCode, outcome.error).toBe(0);
  const auth = Buffer.from('ci:s3cret-pass').toString('base64');
  for (const call of harness.calls()) {
    const { auth: file, ...rest } = objectAt(call) ?? {};
    expect(JSON.stringify(rest)).not.toMatch(new RegExp(`s3cret-pass|${auth}`));
    if (!file) continue;
    expect(at(file, 'mode')).toBe(0o600);
    expect(stringAt(file, 'content', 'auths', harness.registry.host, 'auth')).toBe(auth);
    expect(stringAt(file, 'content', 'auths', 'other.example', 'auth')).toBe('b3RoZXI6cGFzcw==');
    expect(stringAt(file, 'content', 'credHelpers', 'kept.example')).toBe('desktop');
    expect(at(file, 'content', 'credsStore')).toBeUndefined();
    expect(stringAt(file, 'content', 'currentContext')).toBe('ci');
  }
  expect(harness.calls().some((call) => at(call, 'auth') !== undefined)).toBeTruthy();
  if (engine !== 'buildx') expect(harness.calls().some((call) => at(call, 'certificate') === cert.trim())).toBeTruthy();
  expect(outcome.log + outcome.summary + JSON.stringify(outcome.outputs)).not.toMatch(/s3cret-pass/);
  expect(harness.checkout.leftovers().filter((name) => name !== '.docker')).toStrictEqual([]);
});

test('buildah gets each registry without TLS in a registries.conf', async () => {
  harness.install(['buildah']);
  await harness.build({ 'insecure-registries': 'base.internal:5000' });
  const conf = String(
    at(
      harness.calls().find((call) => at(call, 'args', 0) === 'build'),
      'registries',
    ),
  );
  expect(conf).toMatch(/unqualified-search-registries/);
  for (const host of [harness.registry.host, 'base.internal:5000'])
    expectWithNote(conf, conf).toContain(`[[registry]]\nlocation = "${host}"\ninsecure = true`);
});

test('without a push, the engine keeps the image under all its tags', async () => {
  harness.install(['docker', 'buildah']);
  const outcome = await harness.build({ push: 'false', engine: 'buildah' });
  expect(outcome.exitCode).toBe(0);
  expect(outcome.log).toMatch(/✓ Built with buildah 1\.28\.2 and kept there; not pushed, because `push` is false/);
  await harness.build({ push: 'false', engine: 'buildx' });
  expect(harness.lines().at(-1) ?? '').toMatch(/--load --tag REG\/acme\/shop:main --tag REG\/acme\/shop:1\.2 CTX$/);
});

test('without a push, buildah keeps several platforms under all tags, and buildx reports that it keeps nothing', async () => {
  harness.install(['docker', 'buildah']);
  const several = { push: 'false', platforms: 'linux/amd64,linux/arm64' };
  const kept = await harness.build({ ...several, engine: 'buildah' });
  expect(kept.log).toMatch(/✓ Built with buildah 1\.28\.2 and kept there;/);
  expect(harness.lines()[0] ?? '').toMatch(/--manifest REG\/acme\/shop:main CTX$/);
  expect(harness.lines()[1]).toBe('buildah tag REG/acme/shop:main REG/acme/shop:1.2');
  const gone = await harness.build({ ...several, engine: 'buildx' });
  expect(harness.lines().at(-1) ?? '').toMatch(/--output type=cacheonly CTX$/);
  expect(gone.log).toMatch(
    /✓ Built with buildx v0\.29\.1; nothing is kept, and nothing was pushed, because `push` is false/,
  );
  expect(gone.summary).toMatch(/nothing is kept/);
});
