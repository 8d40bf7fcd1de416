import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { at, objectAt, parseJson, stringAt } from '../../../src/json/json.ts';
import { cert } from '../../fakes/registry/certificate.ts';
import { FakeRegistry } from '../../fakes/registry/registry.ts';
import { sha256 } from '../../fakes/registry/store.ts';
import { expectWithNote, fail } from '../../jest-support.ts';
import { Checkout } from './harness.ts';

let checkout: Checkout;
let registry: FakeRegistry;
let programs: string;
let digest: string;

beforeEach(async () => {
  checkout = new Checkout();
  checkout.write('Dockerfile', 'FROM scratch');
  registry = await FakeRegistry.start();
  digest = addImage('acme/shop', ['main']);
  programs = mkdtempSync(join(tmpdir(), 'programs-'));
});
afterEach(async () => {
  checkout.remove();
  rmSync(programs, { recursive: true });
  await registry.stop();
});

/** Adds the image that the fake program will have "pushed". */
function addImage(repository: string, tags: readonly string[]): string {
  const config = Buffer.from(JSON.stringify({ os: 'linux', architecture: 'amd64' }));
  registry.store.addBlob(repository, config);
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType,
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: sha256(config), size: config.length },
      layers: [],
    }),
  );
  const kept = registry.store.repository(repository);
  kept.manifests.set(sha256(bytes), { mediaType, bytes });
  for (const tag of tags) kept.tags.set(tag, sha256(bytes));
  return sha256(bytes);
}

interface Failure {
  readonly pattern: string;
  readonly says: string;
  readonly times: number;
  readonly code?: number | 'hangs' | 'hangs with a child' | 'ignores SIGTERM';
}

function install(names: readonly string[], failures: readonly Failure[] = [], reported = digest): void {
  const script = join(import.meta.dirname, 'fake-program.ts');
  for (const name of names) {
    writeFileSync(join(programs, name), `#!${process.execPath}\nimport(${JSON.stringify(script)});`);
    chmodSync(join(programs, name), 0o755);
  }
  writeFileSync(join(programs, 'settings.json'), JSON.stringify({ digest: reported, failures }));
}

function calls() {
  return readFileSync(join(programs, 'calls.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => parseJson(line));
}

/** The command lines of the calls, without queries. */
function lines(): string[] {
  const queries = /--version| buildx (version|inspect)| version --format|manifest rm/;
  const text = calls().map((call) => `${stringAt(call, 'program')} ${String(at(call, 'args')).replaceAll(',', ' ')}`);
  return text
    .filter((line) => !queries.test(line))
    .map((line) =>
      line
        .replaceAll(checkout.folder, 'CTX')
        .replace(/\S*\/build-image-\w{6}\//g, 'TMP/')
        .replaceAll(registry.host, 'REG'),
    );
}

const build = (inputs: Record<string, string> = {}) =>
  checkout.run(
    { image: `${registry.host}/acme/shop`, tags: 'main\n1.2', ...inputs },
    { PATH: programs, SOURCE_DATE_EPOCH: '', GITHUB_SHA: 'abc1234', GITHUB_REPOSITORY: '' },
  );

const labels = '--label org.opencontainers.image.revision=abc1234 --label org.opencontainers.image.version=main';

test('buildah builds and pushes one tag; the other tag is added in the registry', async () => {
  install(['buildah']);
  const outcome = await build({
    'build-args': 'A=1\nB=two words',
    target: 'prod',
    pull: 'true',
    'no-cache': 'true',
    annotations: 'x=y',
  });
  expectWithNote(outcome.exitCode, outcome.log).toBe(0);
  expect(lines()).toStrictEqual([
    `buildah build --file CTX/Dockerfile --build-arg A=1 --build-arg B=two words ${labels} --target prod --no-cache --annotation x=y --pull=always --iidfile TMP/image-id --tag REG/acme/shop:main --tag REG/acme/shop:1.2 CTX`,
    `buildah push --digestfile TMP/digest --tls-verify=false sha256:${'1'.repeat(64)} docker://REG/acme/shop:main`,
  ]);
  expect(outcome.outputs['digest']).toBe(digest);
  expect(outcome.outputs['engine']).toBe('buildah');
  expect(registry.store.manifest('acme/shop', '1.2')?.digest).toBe(digest);
  expect(outcome.log).toMatch(/::group::Build with buildah 1\.28\.2\n\$ buildah build .*\n {2}buildah works/);
  expect(checkout.leftovers()).toStrictEqual([]);
});

test('podman builds several platforms into a temporary manifest list and pushes it', async () => {
  install(['podman']);
  const outcome = await build({ engine: 'podman', platforms: 'linux/amd64, linux/arm64' });
  expectWithNote(outcome.exitCode, outcome.log).toBe(0);
  expect(lines()[0] ?? '').toMatch(
    /^podman build .* --platform linux\/amd64 linux\/arm64 .* --manifest localhost\/build-image-\w+ CTX$/,
  );
  expect(lines()[1] ?? '').toMatch(
    /^podman manifest push --all --digestfile TMP\/digest --tls-verify=false localhost\/build-image-\w+ docker:\/\/REG\/acme\/shop:main$/,
  );
  expect(at(calls().at(-1), 'args', 1)).toStrictEqual('rm');
});

test('buildx builds into its cache, then pushes from the cache', async () => {
  install(['docker']);
  const outcome = await build({ 'no-cache': 'true', annotations: 'x=y', pull: 'true' });
  expectWithNote(outcome.exitCode, outcome.log).toBe(0);
  const common = `docker buildx build --provenance=false --sbom=false --progress=plain --file CTX/Dockerfile ${labels}`;
  expect(lines()).toStrictEqual([
    `${common} --no-cache --annotation manifest:x=y --pull --output type=cacheonly CTX`,
    `${common} --annotation manifest:x=y --metadata-file TMP/metadata.json --output type=image name=REG/acme/shop:main push=true registry.insecure=true CTX`,
  ]);
  expect(outcome.outputs['engine']).toBe('buildx');
});

test('docker without buildx uses the classic builder, for one platform and without annotations', async () => {
  install(['docker'], [{ pattern: 'buildx version', says: 'unknown command', times: 9 }]);
  const outcome = await build({ engine: 'docker' });
  expectWithNote(outcome.exitCode, outcome.log).toBe(0);
  expect(lines()).toStrictEqual([
    `docker build --file CTX/Dockerfile ${labels} --tag REG/acme/shop:main --tag REG/acme/shop:1.2 CTX`,
    'docker push REG/acme/shop:main',
  ]);
  expect(
    stringAt(
      calls().find((call) => at(call, 'args', 0) === 'build'),
      'env',
      'DOCKER_BUILDKIT',
    ),
  ).toBe('0');
  expect((await build({ engine: 'docker', platforms: 'linux/amd64,linux/arm64' })).error).toMatch(
    /classic docker builder builds for one/,
  );
  expect((await build({ engine: 'docker', annotations: 'a=b' })).error).toMatch(/can't be set by the classic/);
});

test('auto skips an engine that is installed but does not respond', async () => {
  install(['docker', 'podman'], [{ pattern: '^docker', says: 'Cannot connect to the Docker daemon', times: 99 }]);
  expect((await build()).outputs['engine']).toBe('podman');
  // buildx succeeds even if there is no builder.
  for (const says of ['Driver: docker\nError: Cannot connect to the daemon', 'Driver:   remote\nStatus: inactive']) {
    install(['docker', 'podman'], [{ pattern: 'buildx inspect', says, times: 9, code: 0 }]);
    expectWithNote((await build()).outputs['engine'], says).toBe('podman');
  }
});

for (const [engine, names] of [
  ['buildah', ['buildah']],
  ['podman', ['podman']],
  ['buildx', ['docker']],
] as const) {
  test(`${engine} gets the login in a file, and never in arguments or variables`, async () => {
    install(names);
    mkdirSync(join(checkout.temp, '.docker/contexts'), { recursive: true });
    writeFileSync(
      join(checkout.temp, '.docker/config.json'),
      JSON.stringify({
        auths: { 'other.example': { auth: 'b3RoZXI6cGFzcw==' }, 'kept.example': {} },
        credsStore: 'desktop',
        currentContext: 'ci',
      }),
    );
    const outcome = await build({
      engine,
      'registry-username': 'ci',
      'registry-password': 's3cret-pass',
      'registry-ca': cert,
    }).catch(fail);
    expectWithNote(outcome.exitCode, outcome.error).toBe(0);
    const auth = Buffer.from('ci:s3cret-pass').toString('base64');
    for (const call of calls()) {
      const { auth: file, ...rest } = objectAt(call) ?? {};
      expect(JSON.stringify(rest)).not.toMatch(new RegExp(`s3cret-pass|${auth}`));
      if (!file) continue;
      expect(at(file, 'mode')).toBe(0o600);
      expect(stringAt(file, 'content', 'auths', registry.host, 'auth')).toBe(auth);
      expect(stringAt(file, 'content', 'auths', 'other.example', 'auth')).toBe('b3RoZXI6cGFzcw==');
      expect(stringAt(file, 'content', 'credHelpers', 'kept.example')).toBe('desktop');
      expect(at(file, 'content', 'credsStore')).toBeUndefined();
      expect(stringAt(file, 'content', 'currentContext')).toBe('ci');
    }
    expect(calls().some((call) => at(call, 'auth') !== undefined)).toBeTruthy();
    if (engine !== 'buildx') expect(calls().some((call) => at(call, 'certificate') === cert.trim())).toBeTruthy();
    expect(outcome.log + outcome.summary + JSON.stringify(outcome.outputs)).not.toMatch(/s3cret-pass/);
    expect(checkout.leftovers().filter((name) => name !== '.docker')).toStrictEqual([]);
  });
}

test('buildah gets each registry without TLS in a registries.conf', async () => {
  install(['buildah']);
  await build({ 'insecure-registries': 'base.internal:5000' });
  const conf = String(
    at(
      calls().find((call) => at(call, 'args', 0) === 'build'),
      'registries',
    ),
  );
  expect(conf).toMatch(/unqualified-search-registries/);
  for (const host of [registry.host, 'base.internal:5000'])
    expectWithNote(conf, conf).toContain(`[[registry]]\nlocation = "${host}"\ninsecure = true`);
});

test('a push with a temporary failure is retried, and nothing is built again', async () => {
  install(
    ['buildah'],
    [{ pattern: 'buildah push', says: 'received unexpected HTTP status: 503 Service Unavailable', times: 2 }],
  );
  const outcome = await build();
  expectWithNote(outcome.exitCode, outcome.log).toBe(0);
  expect(lines().map((line) => line.split(' ')[1])).toStrictEqual(['build', 'push', 'push', 'push']);
});

test('a push that fails permanently, or too often, reports the message of the program', async () => {
  install(['buildah'], [{ pattern: 'buildah push', says: 'denied: requested access is denied', times: 1 }]);
  const denied = await build();
  expect(denied.error).toMatch(
    /push-failed::`buildah push` failed with exit code 1: denied: requested access is denied\./,
  );
  install(['buildah'], [{ pattern: 'buildah push', says: '429 Too Many Requests', times: 9 }]);
  expect((await build({ retries: '1' })).error).toMatch(/push-failed::.*429/);
});

test('a failed build reports the last line of the program and cleans up', async () => {
  install(['buildah'], [{ pattern: 'buildah build', says: 'STEP 2\nerror: RUN make: exit status 2', times: 1 }]);
  const outcome = await build();
  expect(outcome.error).toMatch(
    /build-failed::`buildah build` failed with exit code 1: error: RUN make: exit status 2\.\n→ The log above/,
  );
  expect(outcome.log).toMatch(/ {2}STEP 2/);
  expect(checkout.leftovers()).toStrictEqual([]);
});

test('a reported digest that the registry does not have under the tag is refused', async () => {
  install(['buildah'], [], `sha256:${'2'.repeat(64)}`);
  expect((await build()).error).toMatch(/digest-mismatch::.*acme\/shop:main should be sha256:2222/);
  install(['buildah'], [], 'nonsense');
  expect((await build()).error).toMatch(/digest-unknown::buildah succeeded, but reported no digest/);
});

test('without a push, the engine keeps the image under all its tags', async () => {
  install(['docker', 'buildah']);
  const outcome = await build({ push: 'false', engine: 'buildah' });
  expect(outcome.exitCode).toBe(0);
  expect(outcome.log).toMatch(/✓ Built with buildah 1\.28\.2 and kept there; not pushed, because `push` is false/);
  await build({ push: 'false', engine: 'buildx' });
  expect(lines().at(-1) ?? '').toMatch(/--load --tag REG\/acme\/shop:main --tag REG\/acme\/shop:1\.2 CTX$/);
});

test('without a push, buildah keeps several platforms under all tags, and buildx reports that it keeps nothing', async () => {
  install(['docker', 'buildah']);
  const several = { push: 'false', platforms: 'linux/amd64,linux/arm64' };
  const kept = await build({ ...several, engine: 'buildah' });
  expect(kept.log).toMatch(/✓ Built with buildah 1\.28\.2 and kept there;/);
  expect(lines()[0] ?? '').toMatch(/--manifest REG\/acme\/shop:main CTX$/);
  expect(lines()[1]).toBe('buildah tag REG/acme/shop:main REG/acme/shop:1.2');
  const gone = await build({ ...several, engine: 'buildx' });
  expect(lines().at(-1) ?? '').toMatch(/--output type=cacheonly CTX$/);
  expect(gone.log).toMatch(
    /✓ Built with buildx v0\.29\.1; nothing is kept, and nothing was pushed, because `push` is false/,
  );
  expect(gone.summary).toMatch(/nothing is kept/);
});

test.each([
  ['buildah', 'buildah build', 'hangs'],
  ['buildah', 'buildah push', 'hangs with a child'],
  ['podman', 'podman build', 'hangs with a child'],
  ['podman', 'podman push', 'ignores SIGTERM'],
  ['docker', 'docker buildx build', 'hangs with a child'],
  ['docker', 'push=true', 'ignores SIGTERM'],
] as const)('a cancelled job ends %s and removes its login: `%s` %s', async (engine, pattern, code) => {
  install([engine], [{ pattern, says: 'STEP 1: sleeping', times: 1, code }]);
  const inputs = { image: `${registry.host}/acme/shop`, 'registry-username': 'ci', 'registry-password': 's3cret-pass' };
  const outcome = await checkout.run(inputs, { PATH: programs }, /STEP 1: sleeping/);
  expectWithNote(outcome.exitCode, outcome.log).toBe(1);
  expect(outcome.outputs['status']).toBe('cancelled');
  expect(outcome.error).toMatch(/cancelled::The job was cancelled \(SIGINT\)/);
  expect(checkout.leftovers()).toStrictEqual([]);
});
