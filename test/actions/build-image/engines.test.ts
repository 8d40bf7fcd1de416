import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { at, objectAt, parseJson, stringAt } from '../../../src/json/json.ts';
import { cert } from '../../doubles/registry/certificate.ts';
import { RegistryDouble } from '../../doubles/registry/registry.ts';
import { sha256 } from '../../doubles/registry/store.ts';
import { Checkout } from './world.ts';

let checkout: Checkout;
let registry: RegistryDouble;
let programs: string;
let digest: string;

beforeEach(async () => {
  checkout = new Checkout();
  checkout.write('Dockerfile', 'FROM scratch');
  registry = await RegistryDouble.start();
  digest = addImage('acme/shop', ['main']);
  programs = mkdtempSync(join(tmpdir(), 'programs-'));
});
afterEach(async () => {
  checkout.remove();
  rmSync(programs, { recursive: true });
  await registry.stop();
});

/** What the fake program is going to have "pushed". */
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
  readonly code?: number | 'hangs';
}

function install(names: readonly string[], failures: readonly Failure[] = [], told = digest): void {
  const script = join(import.meta.dirname, 'fake-program.ts');
  for (const name of names) {
    writeFileSync(join(programs, name), `#!${process.execPath}\nimport(${JSON.stringify(script)});`);
    chmodSync(join(programs, name), 0o755);
  }
  writeFileSync(join(programs, 'settings.json'), JSON.stringify({ digest: told, failures }));
}

function calls() {
  return readFileSync(join(programs, 'calls.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => parseJson(line));
}

/** The arguments of the calls that do something, as text. */
function lines(): string[] {
  const asked = /--version| buildx (version|inspect)| version --format|manifest rm/;
  const text = calls().map((call) => `${stringAt(call, 'program')} ${String(at(call, 'args')).replaceAll(',', ' ')}`);
  return text
    .filter((line) => !asked.test(line))
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

test('buildah builds, pushes one tag, and the other is put beside it', async () => {
  install(['buildah']);
  const outcome = await build({
    'build-args': 'A=1\nB=two words',
    target: 'prod',
    pull: 'true',
    'no-cache': 'true',
    annotations: 'x=y',
  });
  assert.equal(outcome.exitCode, 0, outcome.log);
  assert.deepEqual(lines(), [
    `buildah build --file CTX/Dockerfile --build-arg A=1 --build-arg B=two words ${labels} --target prod --no-cache --annotation x=y --pull=always --iidfile TMP/image-id --tag REG/acme/shop:main --tag REG/acme/shop:1.2 CTX`,
    `buildah push --digestfile TMP/digest --tls-verify=false sha256:${'1'.repeat(64)} docker://REG/acme/shop:main`,
  ]);
  assert.equal(outcome.outputs['digest'], digest);
  assert.equal(outcome.outputs['engine'], 'buildah');
  assert.equal(registry.store.manifest('acme/shop', '1.2')?.digest, digest);
  assert.match(outcome.log, /::group::Build with buildah 1\.28\.2\n\$ buildah build .*\n {2}buildah works/);
  assert.deepEqual(checkout.leftovers(), []);
});

test('several platforms are gathered in a list that is gone afterwards', async () => {
  install(['podman']);
  const outcome = await build({ engine: 'podman', platforms: 'linux/amd64, linux/arm64' });
  assert.equal(outcome.exitCode, 0, outcome.log);
  assert.match(
    lines()[0] ?? '',
    /^podman build .* --platform linux\/amd64 linux\/arm64 .* --manifest localhost\/build-image-\w+ CTX$/,
  );
  assert.match(
    lines()[1] ?? '',
    /^podman manifest push --all --digestfile TMP\/digest --tls-verify=false localhost\/build-image-\w+ docker:\/\/REG\/acme\/shop:main$/,
  );
  assert.deepEqual(at(calls().at(-1), 'args', 1), 'rm');
});

test('buildx builds into its cache, then pushes what is there', async () => {
  install(['docker']);
  const outcome = await build({ 'no-cache': 'true', annotations: 'x=y', pull: 'true' });
  assert.equal(outcome.exitCode, 0, outcome.log);
  const common = `docker buildx build --provenance=false --sbom=false --progress=plain --file CTX/Dockerfile ${labels}`;
  assert.deepEqual(lines(), [
    `${common} --no-cache --annotation manifest:x=y --pull --output type=cacheonly CTX`,
    `${common} --annotation manifest:x=y --metadata-file TMP/metadata.json --output type=image name=REG/acme/shop:main push=true registry.insecure=true CTX`,
  ]);
  assert.equal(outcome.outputs['engine'], 'buildx');
});

test('docker without buildx is the classic builder', async () => {
  install(['docker'], [{ pattern: 'buildx version', says: 'unknown command', times: 9 }]);
  const outcome = await build({ engine: 'docker' });
  assert.equal(outcome.exitCode, 0, outcome.log);
  assert.deepEqual(lines(), [
    `docker build --file CTX/Dockerfile ${labels} --tag REG/acme/shop:main --tag REG/acme/shop:1.2 CTX`,
    'docker push REG/acme/shop:main',
  ]);
  assert.equal(
    stringAt(
      calls().find((call) => at(call, 'args', 0) === 'build'),
      'env',
      'DOCKER_BUILDKIT',
    ),
    '0',
  );
  assert.match(
    (await build({ engine: 'docker', platforms: 'linux/amd64,linux/arm64' })).error,
    /classic docker builder makes one/,
  );
  assert.match((await build({ engine: 'docker', annotations: 'a=b' })).error, /can not be set by the classic/);
});

test('auto passes over what is installed but does not answer', async () => {
  install(['docker', 'podman'], [{ pattern: '^docker', says: 'Cannot connect to the Docker daemon', times: 99 }]);
  assert.equal((await build()).outputs['engine'], 'podman');
  // buildx ends well even where there is nobody to build.
  for (const says of ['Driver: docker\nError: Cannot connect to the daemon', 'Driver:   remote\nStatus: inactive']) {
    install(['docker', 'podman'], [{ pattern: 'buildx inspect', says, times: 9, code: 0 }]);
    assert.equal((await build()).outputs['engine'], 'podman', says);
  }
});

for (const [engine, names] of [
  ['buildah', ['buildah']],
  ['podman', ['podman']],
  ['buildx', ['docker']],
] as const) {
  test(`${engine} gets the login in a file of its own and never in arguments or variables`, async () => {
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
    }).catch(assert.fail);
    // The double speaks plain HTTP, which a typed authority rules out for our own client only where TLS answers.
    assert.equal(outcome.exitCode, 0, outcome.error);
    const auth = Buffer.from('ci:s3cret-pass').toString('base64');
    for (const call of calls()) {
      const { auth: file, ...rest } = objectAt(call) ?? {};
      assert.doesNotMatch(JSON.stringify(rest), new RegExp(`s3cret-pass|${auth}`));
      if (!file) continue;
      assert.equal(at(file, 'mode'), 0o600);
      assert.equal(stringAt(file, 'content', 'auths', registry.host, 'auth'), auth);
      assert.equal(stringAt(file, 'content', 'auths', 'other.example', 'auth'), 'b3RoZXI6cGFzcw==');
      assert.equal(stringAt(file, 'content', 'credHelpers', 'kept.example'), 'desktop');
      assert.equal(at(file, 'content', 'credsStore'), undefined);
      assert.equal(stringAt(file, 'content', 'currentContext'), 'ci');
    }
    assert.ok(calls().some((call) => at(call, 'auth') !== undefined));
    if (engine !== 'buildx') assert.ok(calls().some((call) => at(call, 'certificate') === cert.trim()));
    assert.doesNotMatch(outcome.log + outcome.summary + JSON.stringify(outcome.outputs), /s3cret-pass/);
    assert.deepEqual(
      checkout.leftovers().filter((name) => name !== '.docker'),
      [],
    );
  });
}

test('registries without TLS are named to buildah one by one', async () => {
  install(['buildah']);
  await build({ 'insecure-registries': 'base.internal:5000' });
  const told = String(
    at(
      calls().find((call) => at(call, 'args', 0) === 'build'),
      'registries',
    ),
  );
  assert.match(told, /unqualified-search-registries/);
  for (const host of [registry.host, 'base.internal:5000'])
    assert.ok(told.includes(`[[registry]]\nlocation = "${host}"\ninsecure = true`), told);
});

test('a push that failed in passing is tried again, and nothing is built again', async () => {
  install(
    ['buildah'],
    [{ pattern: 'buildah push', says: 'received unexpected HTTP status: 503 Service Unavailable', times: 2 }],
  );
  const outcome = await build();
  assert.equal(outcome.exitCode, 0, outcome.log);
  assert.deepEqual(
    lines().map((line) => line.split(' ')[1]),
    ['build', 'push', 'push', 'push'],
  );
});

test('a push that failed for good, or too often, says what the program said', async () => {
  install(['buildah'], [{ pattern: 'buildah push', says: 'denied: requested access is denied', times: 1 }]);
  const denied = await build();
  assert.match(
    denied.error,
    /push-failed::`buildah push` failed with exit code 1: denied: requested access is denied\./,
  );
  install(['buildah'], [{ pattern: 'buildah push', says: '429 Too Many Requests', times: 9 }]);
  assert.match((await build({ retries: '1' })).error, /push-failed::.*429/);
});

test('a build that failed shows its last line and cleans up', async () => {
  install(['buildah'], [{ pattern: 'buildah build', says: 'STEP 2\nerror: RUN make: exit status 2', times: 1 }]);
  const outcome = await build();
  assert.match(
    outcome.error,
    /build-failed::`buildah build` failed with exit code 1: error: RUN make: exit status 2\.\n→ The log above/,
  );
  assert.match(outcome.log, / {2}STEP 2/);
  assert.deepEqual(checkout.leftovers(), []);
});

test('a digest that the registry does not have under the tag is refused, whatever the program says', async () => {
  install(['buildah'], [], `sha256:${'2'.repeat(64)}`);
  assert.match((await build()).error, /digest-mismatch::.*acme\/shop:main should be sha256:2222/);
  install(['buildah'], [], 'nonsense');
  assert.match((await build()).error, /digest-unknown::buildah ended well, but did not tell the digest/);
});

test('without a push the image stays with the engine under all its tags', async () => {
  install(['docker', 'buildah']);
  const outcome = await build({ push: 'false', engine: 'buildah' });
  assert.equal(outcome.exitCode, 0);
  assert.match(outcome.log, /✓ Built with buildah 1\.28\.2 and kept there; not pushed, as `push` is false/);
  await build({ push: 'false', engine: 'buildx' });
  assert.match(lines().at(-1) ?? '', /--load --tag REG\/acme\/shop:main --tag REG\/acme\/shop:1\.2 CTX$/);
});

test('without a push, buildah keeps several platforms under all tags, and buildx says that it keeps nothing', async () => {
  install(['docker', 'buildah']);
  const several = { push: 'false', platforms: 'linux/amd64,linux/arm64' };
  const kept = await build({ ...several, engine: 'buildah' });
  assert.match(kept.log, /✓ Built with buildah 1\.28\.2 and kept there;/);
  assert.match(lines()[0] ?? '', /--manifest REG\/acme\/shop:main CTX$/);
  assert.equal(lines()[1], 'buildah tag REG/acme/shop:main REG/acme/shop:1.2');
  const gone = await build({ ...several, engine: 'buildx' });
  assert.match(lines().at(-1) ?? '', /--output type=cacheonly CTX$/);
  assert.match(gone.log, /✓ Built with buildx v0\.29\.1; nothing is kept, and nothing was pushed, as `push` is false/);
  assert.match(gone.summary, /nothing is kept/);
});

test('a cancelled job ends the program, and its login is gone', async () => {
  install(['buildah'], [{ pattern: 'buildah build', says: 'STEP 1: sleeping', times: 1, code: 'hangs' }]);
  const inputs = { image: `${registry.host}/acme/shop`, 'registry-username': 'ci', 'registry-password': 's3cret-pass' };
  const outcome = await checkout.run(inputs, { PATH: programs }, /STEP 1: sleeping/);
  assert.equal(outcome.exitCode, 1);
  assert.equal(outcome.outputs['status'], 'cancelled');
  assert.match(outcome.error, /cancelled::The job was cancelled \(SIGINT\)/);
  assert.deepEqual(checkout.leftovers(), []);
});
