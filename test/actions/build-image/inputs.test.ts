import { execFile } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from '@jest/globals';
import { invariant } from '../../jest-support.ts';
import { Checkout } from './harness.ts';

const checkout = new Checkout();
checkout.write('dist/index.html', 'hello');
checkout.write('Dockerfile', 'FROM scratch');
mkdirSync(join(checkout.folder, 'empty'));
mkdirSync(join(checkout.folder, 'linked'));
symlinkSync('/etc/passwd', join(checkout.folder, 'linked', 'Dockerfile'));
afterAll(() => checkout.remove());

// An unreachable registry: inputs must be refused before any request.
const image = 'registry.invalid/acme/shop';
const layers = { image, base: 'scratch', files: 'dist => /app' };

const refused: readonly [what: string, inputs: Record<string, string>, error: RegExp][] = [
  ['no image', {}, /input-missing::Input `image` is missing\.\n→ .*ghcr\.io\/acme\/shop/],
  [
    'an upper-case image',
    { image: 'ghcr.io/ACME/shop' },
    /but got "ghcr\.io\/ACME\/shop".*\n.*Did you mean "ghcr\.io\/acme\/shop"\?/,
  ],
  [
    'an image with a tag',
    { image: 'ghcr.io/acme/shop:1.2' },
    /Write "ghcr\.io\/acme\/shop" here, and the tag "1\.2" in `tags`/,
  ],
  ['an image with a digest', { image: `ghcr.io/acme/shop@sha256:${'0'.repeat(64)}` }, /the build computes the digest/],
  ['a misspelled input', { image, registry_user: 'x' }, /input-unknown::build-image has no input `registry_user`/],
  [
    'a Dockerfile that is a link to a file outside the workspace',
    { image, context: 'linked', engine: 'docker' },
    /`file` is "Dockerfile", which leads out of the workspace through a symbolic link/,
  ],
  ['an unknown engine', { image, engine: 'bildah' }, /one of auto, layers.*\n.*Did you mean "buildah"\?/],
  [
    'files with engine docker',
    { image, engine: 'docker', files: 'dist => /app' },
    /`files` is for the engine layers, but the engine here is docker/,
  ],
  ['an entrypoint with a Dockerfile', { image, entrypoint: '/app' }, /`entrypoint` is for the engine layers/],
  [
    'a Dockerfile with engine layers',
    { ...layers, engine: 'layers', file: 'Dockerfile' },
    /`file` is for engines that read a Dockerfile/,
  ],
  ['a target beside files', { ...layers, target: 'x' }, /`target` is for engines that read a Dockerfile/],
  ['files without a base', { image, files: 'dist => /app' }, /`base` is missing for `files`/],
  ['nothing on scratch', { image, base: 'scratch' }, /an image from scratch without files is empty/],
  [
    'a password without a user',
    { ...layers, 'registry-password': 'pass-word' },
    /`registry-username` is missing, but `registry-password` is given/,
  ],
  [
    'a user without a password',
    { ...layers, 'registry-username': 'ci' },
    /`registry-password` is missing, but `registry-username` is given.*\n.*empty secret/,
  ],
  [
    'one login for two registries',
    { ...layers, image: 'ghcr.io/a/b\nquay.io/a/b', 'registry-username': 'ci', 'registry-password': 'pass-word' },
    /one login, but `image` names several registries \(ghcr\.io, quay\.io\)/,
  ],
  [
    'an absent context',
    { image, context: 'servces' },
    /is "servces", but there is no such folder.*\n.*actions\/checkout/,
  ],
  ['a file as context', { image, context: 'Dockerfile' }, /which is a file/],
  [
    'a context without Dockerfile',
    { image, context: 'empty', engine: 'docker' },
    /no Dockerfile in the context "empty"/,
  ],
  ['an absent Dockerfile', { image, file: 'Dockerfle' }, /`file` is "Dockerfle", but there is no such file/],
  ['files without an arrow', { ...layers, files: 'dist -> /app' }, /The arrow is "=>"/],
  ['a relative target', { ...layers, files: 'dist => app' }, /did you mean "\/app"\?/],
  ['a target with ..', { ...layers, files: 'dist => /app/../..' }, /must not contain "\.\."/],
  ['a wrong mode', { ...layers, files: 'dist => /app mode=rwx' }, /The mode must be octal/],
  ['an owner by name', { ...layers, files: 'dist => /app owner=node' }, /Names are known only in the base image/],
  ['an unknown option', { ...layers, files: 'dist => /app own=1' }, /"own" is neither/],
  [
    'a command that a shell would split',
    { ...layers, cmd: 'node server.js' },
    /Did you mean \["node","server\.js"\]\?/,
  ],
  ['a broken JSON command', { ...layers, cmd: '["node"' }, /not a JSON list/],
  ['a port out of range', { ...layers, expose: '80800' }, /takes a port such as 8080/],
  ['a platform without system', { ...layers, platforms: 'arm64' }, /Did you mean "linux\/arm64"\?/],
  [
    'an unknown architecture from scratch',
    { ...layers, platforms: 'linux/amd64, linux/arm46' },
    /names linux\/arm46, but no architecture is called "arm46"\.\n→ Did you mean "linux\/arm64"\? .*riscv64/,
  ],
  [
    'an unknown operating system from scratch',
    { ...layers, platforms: 'linx/amd64' },
    /no operating system is called "linx"\.\n→ Did you mean "linux\/amd64"\?/,
  ],
  ['a platform twice', { ...layers, platforms: 'linux/arm64, linux/arm64/v8' }, /names linux\/arm64 twice/],
  ['a label without =', { ...layers, labels: 'maintainer' }, /"maintainer" has no "="/],
  ['an unknown tag rule', { ...layers, tags: 'type=match,pattern=x' }, /The type "match" is unknown/],
  ['a relative workdir', { ...layers, workdir: 'app' }, /Did you mean "\/app"\?/],
  [
    'a URL as insecure registry',
    { ...layers, 'insecure-registries': 'http://reg.example:5000' },
    /Did you mean "reg\.example:5000"\?/,
  ],
  [
    'a path as certificate',
    { ...layers, 'registry-ca': 'certs/ca.pem' },
    /got something else.\n→ It looks like a path/,
  ],
  [
    'a private key as certificate',
    { ...layers, 'registry-ca': '-----BEGIN PRIVATE KEY-----\nMIGH\n-----END PRIVATE KEY-----' },
    /It contains a private key/,
  ],
  [
    'a broken certificate',
    { ...layers, 'registry-ca': '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----' },
    /with all lines/,
  ],
  ['too many retries', { ...layers, retries: '100' }, /from 0 to 20/],
];
test.each(refused)('%s is refused with a message and a remedy', async (_what, inputs, error) => {
  const outcome = await checkout.run(inputs);
  expect(outcome.exitCode).toBe(1);
  expect(outcome.error).toMatch(error);
  expect(outcome.error).toMatch(/^build-image: input-[a-z]+::.+\n→ .+/s);
  expect(outcome.log).not.toMatch(/pass-word|\.ts:\d+/);
  expect(outcome.outputs['status']).toBe('failure');
});

test('without any engine, the error names the engines that were tried', async () => {
  const outcome = await checkout.run({ image });
  expect(outcome.error).toMatch(
    /engine-not-found::No engine works on this runner\. Tried: buildx, buildah, podman, docker\.\n→ .*`install-tools: true`.*`base` and `files`/,
  );
  const buildx = await checkout.run({ image, engine: 'buildx' });
  expect(buildx.error).toMatch(
    /The engine buildx does not work on this runner: it is not installed\.\n→ Install it, or set `install-tools: true` to install buildx,/,
  );
  const podman = await checkout.run({ image, engine: 'podman' });
  expect(podman.error).toMatch(
    /The engine podman does not work on this runner: it is not installed\.\n→ Install it, or remove/,
  );
});

test('a repository that is named twice is pushed to once', async () => {
  const outcome = await checkout.run({
    ...layers,
    image: 'acme/shop\ndocker.io/acme/shop',
    tags: '1',
    'dry-run': 'true',
  });
  expect(outcome.outputs['tags']).toBe('acme/shop:1');
});

test('a dry run reports what would happen and sends no request', async () => {
  const outcome = await checkout.run({ ...layers, 'dry-run': 'true', tags: '1.4.2\nlatest' });
  expect(outcome.exitCode).toBe(0);
  expect(outcome.log).toMatch(/✓ Dry run: would build and push 2 references; nothing was built or pushed/);
  expect(outcome.summary).toMatch(/dry run\nWould build and push/);
  expect(outcome.outputs['tags']).toBe(`${image}:1.4.2\n${image}:latest`);
  expect(outcome.outputs['image']).toBe('');
  expect(outcome.outputs['status']).toBe('success');
});

test('as a process, the action reads the variables of the runner and sets the exit code', async () => {
  const entry = join(import.meta.dirname, '../../../src/actions/build-image/index.ts');
  const env = {
    PATH: process.env['PATH'],
    GITHUB_WORKSPACE: checkout.folder,
    INPUT_IMAGE: 'Shop',
    'INPUT_REGISTRY-PASSWORD': 'pass-word',
  };
  const failed = await promisify(execFile)(process.execPath, [entry], { env }).catch((error: unknown) => error);
  invariant(failed instanceof Error && 'stdout' in failed && 'code' in failed);
  expect(failed.code).toBe(1);
  expect(String(failed.stdout)).toMatch(
    /::error title=build-image%3A input-invalid::Input `image` takes .* but got "Shop"/,
  );
});
