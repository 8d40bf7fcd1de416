import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { systemClock } from '../../../../src/core/clock.ts';
import { Secrets } from '../../../../src/core/secrets.ts';
import { createHttp } from '../../../../src/http/http.ts';
import { digestOf } from '../../../../src/image/digest.ts';
import { hasBlob } from '../../../../src/image/registry/blobs.ts';
import { Keychain, type KeychainContext } from '../../../../src/image/registry/keychain/keychain.ts';
import type { GivenLogin } from '../../../../src/image/registry/keychain/login-source.ts';
import { listenOnLoopback } from '../../../fakes/loopback.ts';
import { FakeRegistry } from '../../../fakes/registry/registry.ts';
import { onTestFinished } from '../../../jest-support.ts';
import { openRegistries } from '../harness.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'credentials-test-'));
});
afterEach(() => rmSync(home, { recursive: true }));

const base64 = (text: string) => Buffer.from(text).toString('base64');

function withConfig(config: object) {
  mkdirSync(join(home, '.docker'), { recursive: true });
  writeFileSync(join(home, '.docker/config.json'), JSON.stringify(config));
}

function withHelper(name: string, script: string) {
  const program = join(home, `docker-credential-${name}`);
  writeFileSync(program, `#!${process.execPath}\n${script}`);
  chmodSync(program, 0o755);
}

function keychain(context: Partial<KeychainContext> = {}): Keychain {
  return new Keychain({
    env: { HOME: home, PATH: `${home}${delimiter}${process.env['PATH']}` },
    http: createHttp({ env: {}, userAgent: 'test' }),
    clock: systemClock,
    secrets: new Secrets(),
    ...context,
  });
}

const find = (registry: string, repository = 'acme/shop', login?: GivenLogin) =>
  keychain({ login }).find({ registry, repository });

const inConfig = (username: string, password: string) => ({
  kind: 'basic',
  username,
  password,
  source: "Docker's config.json",
});

test('without a login for the registry, there are no credentials', async () => {
  expect(await find('ghcr.io')).toBeUndefined();
  withConfig({ auths: { 'quay.io': { auth: base64('me:pass') } } });
  expect(await find('ghcr.io')).toBeUndefined();
});

test("each form of an entry in Docker's config.json gives its login", async () => {
  withConfig({
    auths: {
      'ghcr.io': { auth: base64('me:with:colons') },
      'https://index.docker.io/v1/': { auth: base64('hub:pass1') },
      'https://old.example/v2/': { username: 'u', password: 'p4ss' },
      'quay.io': { auth: base64('all:pass2') },
      'quay.io/acme': { auth: base64('acme:pass3') },
      'acr.example': { auth: base64('00000000-0000-0000-0000-000000000000:'), identitytoken: 'refresh-me' },
      'empty.example': {},
    },
  });
  expect(await find('ghcr.io')).toStrictEqual(inConfig('me', 'with:colons'));
  expect(await find('docker.io')).toStrictEqual(inConfig('hub', 'pass1'));
  expect(await find('old.example')).toStrictEqual(inConfig('u', 'p4ss'));
  expect(await find('quay.io', 'acme/shop')).toStrictEqual(inConfig('acme', 'pass3'));
  expect(await find('quay.io', 'acmeother/shop')).toStrictEqual(inConfig('all', 'pass2'));
  expect(await find('acr.example')).toStrictEqual({
    kind: 'identity',
    token: 'refresh-me',
    source: "Docker's config.json",
  });
  expect(await find('empty.example')).toBeUndefined();
});

test('a credential helper gets the server on stdin and gives the login', async () => {
  withConfig({ credHelpers: { 'ecr.example': 'ecr', 'none.example': 'none' }, credsStore: 'store' });
  withHelper(
    'ecr',
    `let server = ''; process.stdin.on('data', (d) => (server += d)).on('end', () => {
      if (process.argv[2] !== 'get' || process.argv.length !== 3) process.exit(2);
      console.log(JSON.stringify({ ServerURL: server, Username: 'AWS', Secret: 'for ' + server }));
    });`,
  );
  withHelper('store', `console.log(JSON.stringify({ Username: '<token>', Secret: 'identity' }));`);
  withHelper('none', `console.log('credentials not found in native keychain'); process.exit(1);`);
  expect(await find('ecr.example')).toStrictEqual({
    kind: 'basic',
    username: 'AWS',
    password: 'for ecr.example',
    source: 'docker-credential-ecr',
  });
  expect(await find('ghcr.io')).toStrictEqual({
    kind: 'identity',
    token: 'identity',
    source: 'docker-credential-store',
  });
  expect(await find('none.example')).toBeUndefined();
});

test('a helper that is missing, fails or has an invalid name is reported', async () => {
  withConfig({ credHelpers: { 'a.example': 'missing', 'b.example': 'failing', 'c.example': '../evil; rm' } });
  withHelper('failing', 'process.exit(3);');
  await expect(find('a.example')).rejects.toMatchObject({
    code: 'registry-credentials',
    message: expect.stringMatching(/docker-credential-missing.*not on PATH/),
  });
  await expect(find('b.example')).rejects.toMatchObject({
    code: 'registry-credentials',
    message: expect.stringMatching(/exit code 3/),
  });
  await expect(find('c.example')).rejects.toMatchObject({
    code: 'registry-credentials',
    message: expect.stringMatching(/not the name of a program/),
  });
});

test('a helper without the right to be executed is reported as such', async () => {
  withConfig({ credsStore: 'locked' });
  withHelper('locked', '');
  chmodSync(join(home, 'docker-credential-locked'), 0o644);
  await expect(find('ghcr.io')).rejects.toMatchObject({
    code: 'registry-credentials',
    message: expect.stringMatching(/docker-credential-locked, but it can't be executed/),
  });
});

test('a helper that hangs is ended when the job is cancelled', async () => {
  withConfig({ credsStore: 'asking' });
  const server = createServer();
  onTestFinished(() => server.close());
  const port = await listenOnLoopback(server);
  withHelper('asking', `require('node:net').connect(${port}, '127.0.0.1');`);
  const cancel = new AbortController();
  server.once('connection', (socket) => {
    socket.on('error', () => {});
    cancel.abort(new Error('cancelled'));
  });
  const env = { HOME: home, PATH: home };
  const asking = keychain({ env, signal: cancel.signal });
  await expect(asking.find({ registry: 'ghcr.io', repository: 'acme/shop' })).rejects.toThrow('cancelled');
});

test('the given login is used for its registries only, and before the config', async () => {
  const source = 'the input `user`';
  const login = { registries: ['ghcr.io'], username: 'ci', password: 'typed', source };
  withConfig({ auths: { 'ghcr.io': { auth: base64('other:pass') } } });
  expect(await find('ghcr.io', 'acme/shop', login)).toStrictEqual({
    kind: 'basic',
    username: 'ci',
    password: 'typed',
    source,
  });
  expect(await find('docker.io', 'library/debian', login)).toBeUndefined();
});

test('programs get only a login that they do not find by themselves', async () => {
  withConfig({ auths: { 'ghcr.io': { auth: base64('docker:pass') } } });
  const target = { registry: 'ghcr.io', repository: 'acme/shop' };
  expect(await keychain().findForPrograms(target)).toBeUndefined();
  const login = { registries: ['ghcr.io'], username: 'ci', password: 'given' };
  expect(await keychain({ login }).findForPrograms(target)).toMatchObject({ username: 'ci', password: 'given' });
});

test("the file in REGISTRY_AUTH_FILE takes precedence over Docker's config.json", async () => {
  withConfig({ auths: { 'ghcr.io': { auth: base64('docker:pass') } } });
  const file = join(home, 'auth.json');
  writeFileSync(file, JSON.stringify({ auths: { 'ghcr.io': { auth: base64('podman:pass') } } }));
  const podman = keychain({ env: { HOME: home, REGISTRY_AUTH_FILE: file } });
  const target = { registry: 'ghcr.io', repository: 'a/b' };
  expect(await podman.find(target)).toStrictEqual(inConfig('podman', 'pass'));
  writeFileSync(file, 'no JSON');
  await expect(podman.find(target)).rejects.toMatchObject({
    code: 'registry-credentials',
    message: expect.stringMatching(/auth\.json is not JSON/),
  });
});

test('an identity token is exchanged for an access token', async () => {
  const registry = await FakeRegistry.start({
    access: { kind: 'bearer', accounts: { ci: { password: 'x' } }, refreshTokens: { 'refresh-me': 'ci' } },
  });
  withConfig({ auths: { [registry.host]: { auth: base64('0:'), identitytoken: 'refresh-me' } } });
  const opened = openRegistries({ env: { HOME: home } });
  try {
    const repository = await opened.registries.repository({ registry: registry.host, repository: 'acme/shop' });
    expect(await hasBlob(repository, digestOf('x'))).toBe(false);
    expect(registry.lines(/^POST \/token/).length).toBe(1);
  } finally {
    await opened.close();
    await registry.stop();
  }
});
