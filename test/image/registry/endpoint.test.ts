import { Readable } from 'node:stream';
import { afterEach, expect, test } from '@jest/globals';
import { NetworkError } from '../../../src/http/error.ts';
import { createHttp, type Http } from '../../../src/http/http.ts';
import { HttpResponse } from '../../../src/http/response.ts';
import { digestOf } from '../../../src/image/digest.ts';
import { hasBlob } from '../../../src/image/registry/blobs.ts';
import { findEndpoint } from '../../../src/image/registry/endpoint.ts';
import { isLoopback, mayUsePlainHttp } from '../../../src/image/registry/host.ts';
import { networkError } from '../../../src/image/registry/network-error.ts';
import { registryOf } from '../../../src/image/registry/registries.ts';
import { cert, key } from '../../fakes/registry/certificate.ts';
import { FakeRegistry } from '../../fakes/registry/registry.ts';
import { expectWithNote } from '../../jest-support.ts';
import { openRegistries } from './harness.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function connect(
  tls: boolean,
  options: { ca?: string; insecure?: readonly string[] } = {},
): Promise<FakeRegistry> {
  const registry = await FakeRegistry.start(tls ? { tls: { key, cert } } : {});
  const opened = openRegistries({ ...options, retries: 1 });
  closing.push(() => registry.stop(), opened.close);
  const repository = await opened.registries.repository({ registry: registry.host, repository: 'acme/shop' });
  expect(await hasBlob(repository, digestOf('x'))).toBe(false);
  return registry;
}

test('loopback is used with TLS if it has TLS, else with plain HTTP', async () => {
  expect((await connect(true)).lines(/^HEAD/).length).toBe(1);
  expect((await connect(false)).lines(/^HEAD/).length).toBe(1);
});

test('with a given authority, the certificate of loopback is verified', async () => {
  expect((await connect(true, { ca: cert })).lines(/^HEAD/).length).toBe(1);
  const other = cert.replace(/-----BEGIN[\s\S]*END CERTIFICATE-----/, '');
  await expect(connect(true, { ca: other })).rejects.toMatchObject({
    code: 'registry-certificate',
    message: expect.stringMatching(/The certificate of the registry 127\.0\.0\.1:\d+ is not trusted \(/),
    remedy: expect.stringMatching(/certificate authority/),
    facts: { registry: expect.stringMatching(/^127/) },
  });
});

test('certificates are not verified for insecure hosts, but for the other hosts that a registry points to', async () => {
  const sent: string[] = [];
  const http: Http = {
    open: async (tls) => ({
      async send({ url }) {
        sent.push(`${new URL(url).host} ${tls?.insecure ? 'unverified' : 'verified'}`);
        return new HttpResponse({
          status: 200,
          headers: {},
          body: Readable.from([]),
          request: { method: 'GET', url: new URL(url) },
        });
      },
      close: async () => {},
    }),
    close: async () => {},
  };
  const insecure = ['reg.internal:5000', 'auth.internal'];
  const { transport } = await findEndpoint('reg.internal:5000', { http, ca: undefined, insecure, signal: undefined });
  for (const host of ['reg.internal:5000', 'reg.internal:5001', 'auth.internal', 'auth.example'])
    await transport.send({ url: `https://${host}/token` });
  expect(sent.slice(1)).toStrictEqual([
    'reg.internal:5000 unverified',
    'reg.internal:5001 unverified',
    'auth.internal unverified',
    'auth.example verified',
  ]);
});

test('an untrusted certificate is reported with the host that has it', () => {
  const cause = Object.assign(new Error('self-signed certificate'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  const errorFor = (url: string) =>
    networkError('reg.internal:5000', new NetworkError({ method: 'GET', url: new URL(url), cause }));
  expect(errorFor('https://reg.internal:5000/v2/').message).toMatch(
    /^The certificate of the registry reg\.internal:5000 is/,
  );
  const elsewhere = errorFor('https://auth.internal/token');
  expect(elsewhere.message).toMatch(
    /^The certificate of auth\.internal, to which the registry reg\.internal:5000 points, is not/,
  );
  expect(elsewhere.facts).toStrictEqual({ registry: 'reg.internal:5000', otherHost: 'auth.internal' });
});

test('every other registry is used with TLS only, and Docker Hub by the host of its API', async () => {
  const http = createHttp({ env: {}, userAgent: 'test' });
  closing.push(() => http.close());
  const find = (registry: string) => findEndpoint(registry, { http, ca: undefined, insecure: [], signal: undefined });
  expect((await find('ghcr.io')).origin).toBe('https://ghcr.io');
  expect((await find('docker.io')).origin).toBe('https://registry-1.docker.io');
  expect((await find('docker.io')).registry).toBe('docker.io');
});

test('plain HTTP is allowed for loopback and for insecure registries', () => {
  for (const host of ['localhost', 'localhost:5000', '127.0.0.1', '127.1.2.3:80', '[::1]:5000'])
    expectWithNote(isLoopback(host), host).toBeTruthy();
  for (const host of ['ghcr.io', '127.0.0.1.example.com', 'localhost.example.com:5000', '128.0.0.1'])
    expectWithNote(isLoopback(host), host).toBeFalsy();
  expect(mayUsePlainHttp('reg.internal:5000', ['reg.internal:5000'])).toBeTruthy();
  expect(mayUsePlainHttp('reg.internal:5001', ['reg.internal:5000'])).toBeFalsy();
});

test('the registry of a reference is normalized', () => {
  expect(registryOf({ registry: undefined, repository: 'nginx' })).toBe('docker.io');
  expect(registryOf({ registry: 'index.docker.io', repository: 'acme/shop' })).toBe('docker.io');
  expect(registryOf({ registry: 'localhost:5000', repository: 'a/b/c' })).toBe('localhost:5000');
});
