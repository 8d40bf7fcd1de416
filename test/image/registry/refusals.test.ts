import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { digestOf } from '../../../src/image/digest.ts';
import { hasBlob } from '../../../src/image/registry/blobs.ts';
import { readManifest } from '../../../src/image/registry/manifests.ts';
import { pushBlob } from '../../../src/image/registry/upload.ts';
import type { RegistryOptions as FakeOptions } from '../../fakes/registry/registry.ts';
import { errorLike, onTestFinished } from '../../jest-support.ts';
import { accounts, login, openRegistries, sourceOf, startRegistry } from './harness.ts';

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
test.each(refusals)('a push with $what fails with $code', async ({ access, password, code, message }) => {
  const { open } = await startRegistry(access ? { access } : {}, (host) =>
    password === undefined ? {} : { login: { ...login(host).login, password } },
  );
  const repository = await open('acme/shop');
  await expect(pushBlob(repository, sourceOf(randomBytes(9)))).rejects.toThrow(
    errorLike((error) => {
      expect(String(error)).toMatch(message);
      expect(String(error)).not.toMatch(/s3cret|wrong/);
      return error instanceof Error && 'code' in error && error.code === code;
    }),
  );
});

test('a registry without a server fails with registry-unreachable', async () => {
  const opened = openRegistries({ retries: 1 });
  onTestFinished(opened.close);
  const absent = await opened.registries.repository({ registry: '127.0.0.1:1', repository: 'acme/shop' });
  await expect(hasBlob(absent, digestOf('x'))).rejects.toMatchObject({
    code: 'registry-unreachable',
    message: expect.stringMatching(/ECONNREFUSED/),
  });
});

test('a refusal without an error body gives a remedy for its status', async () => {
  const { registry, open } = await startRegistry();
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

test('a denied request asks for the right that it needs: to pull, or to push', async () => {
  const { registry, open } = await startRegistry({ access: { kind: 'basic', accounts } }, login);
  const repository = await open('acme/shop');
  const denied = { kind: 'status', status: 403, body: '{"errors":[{"code":"DENIED"}]}' } as const;
  registry.faults.inject(/^GET .*\/manifests\//, denied);
  await expect(readManifest(repository, '1.4')).rejects.toMatchObject({
    code: 'registry-denied',
    remedy: expect.stringMatching(/the right to pull from acme\/shop/),
  });
  registry.faults.inject(/^POST/, denied);
  await expect(pushBlob(repository, sourceOf(randomBytes(10)))).rejects.toMatchObject({
    code: 'registry-denied',
    remedy: expect.stringMatching(/the right to push to acme\/shop/),
  });
});
