import { createServer } from 'node:http';
import { expect, test } from '@jest/globals';
import { digestOf } from '../../../src/image/digest.ts';
import { hasBlob } from '../../../src/image/registry/blobs.ts';
import { mayFollow, tokenServer, uploadLocation } from '../../../src/image/registry/destination.ts';
import type { Endpoint } from '../../../src/image/registry/endpoint.ts';
import { RegistryError } from '../../../src/image/registry/error.ts';
import { pushBlob } from '../../../src/image/registry/upload.ts';
import { listenOnLoopback } from '../../fakes/loopback.ts';
import { invariant, onTestFinished } from '../../jest-support.ts';
import { accounts, login, sourceOf, startRegistry } from './harness.ts';

/** Where a login, an image and a request may go, by what the registry names and how it is reached itself. */

const transport = { send: () => Promise.reject(new TypeError('nothing is sent here')), close: async () => {} };

/** @param origin of the registry @param insecure hosts that the user called insecure */
function endpoint(origin: string, ...insecure: string[]): Endpoint {
  return { registry: new URL(origin).host, origin, insecure, transport };
}

const LOOPBACK = endpoint('http://127.0.0.1:5000');
const LOOPBACK_WITH_TLS = endpoint('https://localhost:5000');
const INSECURE = endpoint('http://reg.internal:5000', 'reg.internal:5000', 'auth.internal');
const GHCR = endpoint('https://ghcr.io');

const allowed: [at: Endpoint, realm: string][] = [
  [GHCR, 'https://ghcr.io/token'],
  [GHCR, 'https://auth.example/token?service=x&audience=y'],
  [GHCR, 'https://auth.example:8443/token'],
  [GHCR, 'https://bücher.example/token'],
  [GHCR, 'https://[2001:db8::1]/token'],
  [LOOPBACK, 'http://127.0.0.1:5000/token'],
  [LOOPBACK, 'http://127.0.0.1:5001/token'],
  [LOOPBACK, 'http://localhost:5001/token'],
  [LOOPBACK, 'http://[::1]:5001/token'],
  [LOOPBACK, 'https://auth.example/token'],
  [LOOPBACK_WITH_TLS, 'https://localhost:5001/token'],
  [INSECURE, 'http://reg.internal:5001/token'],
  [INSECURE, 'http://auth.internal/token'],
  [INSECURE, 'http://AUTH.internal:8080/token'],
  [endpoint('http://127.0.0.1:5000', 'auth.internal:5001'), 'http://auth.internal:5001/token'],
  [endpoint('https://169.254.1.1'), 'https://169.254.1.1/token'],
];

test.each(allowed.map(([at, realm]) => [at.origin, realm, at] as const))(
  'a login for %s may go to %s',
  (_, realm, at) => {
    expect(tokenServer(realm, at).href).toBe(new URL(realm).href);
  },
);

const refused: [at: Endpoint, realm: string, message: RegExp][] = [
  // An http: token server elsewhere that nobody named.
  [LOOPBACK, 'http://auth.example/token', /http:\/\/auth\.example, which does not speak TLS/],
  [LOOPBACK, 'http://192.168.1.7:5001/token', /does not speak TLS/],
  [LOOPBACK, 'http://127.0.0.1.evil.example/token', /does not speak TLS/],
  [LOOPBACK, 'http://localhost.evil.example/token', /does not speak TLS/],
  [LOOPBACK, 'http://localhost@evil.example/token', /can't be used/],
  [LOOPBACK, 'http://evil.example#@127.0.0.1:5000/token', /does not speak TLS/],
  [LOOPBACK, 'http://evil.example\\@127.0.0.1:5000/token', /does not speak TLS/],
  [LOOPBACK, 'http://bücher.example/token', /http:\/\/xn--bcher-kva\.example, which does not speak TLS/],
  [LOOPBACK, 'http://[2001:db8::1]/token', /does not speak TLS/],
  [LOOPBACK, 'http://0.0.0.0:5000/token', /does not speak TLS/],
  [INSECURE, 'http://auth.internal.evil.example/token', /does not speak TLS/],
  [INSECURE, 'http://evil-auth.internal/token', /does not speak TLS/],
  // From TLS to none.
  [GHCR, 'http://ghcr.io/token', /does not speak TLS/],
  [GHCR, 'HTTP://auth.example/token', /does not speak TLS/],
  [GHCR, ' ht\ttp://auth.example/token', /does not speak TLS/],
  [endpoint('https://reg.internal', 'auth.internal'), 'http://auth.internal/token', /does not speak TLS/],
  // Services of this machine and of its cloud.
  [GHCR, 'https://127.0.0.1/token', /which is this machine/],
  [GHCR, 'https://localhost:8443/token', /which is this machine/],
  [GHCR, 'https://[::1]/token', /which is this machine/],
  [INSECURE, 'http://127.1:8080/token', /which is this machine/],
  ...['0.0.0.0', '[::]', '[::ffff:127.0.0.1]', '[::ffff:0:0]', 'localhost.', 'auth.localhost', 'ip6-localhost'].map(
    (host): [Endpoint, string, RegExp] => [GHCR, `https://${host}/token`, /which is this machine/],
  ),
  ...['168.63.129.16', '192.0.0.192', '[64:ff9b::169.254.169.254]', 'instance-data.ec2.internal'].map(
    (host): [Endpoint, string, RegExp] => [GHCR, `https://${host}/token`, /machine's own credentials/],
  ),
  [LOOPBACK, 'http://169.254.169.254/latest/meta-data/', /machine's own credentials/],
  [LOOPBACK, 'http://0xa9fea9fe/latest/', /machine's own credentials/],
  [LOOPBACK, 'http://[::ffff:169.254.169.254]/latest/', /machine's own credentials/],
  [LOOPBACK, 'http://[fe80::1]/token', /machine's own credentials/],
  [GHCR, 'https://[fd00:ec2::254]/token', /machine's own credentials/],
  [GHCR, 'https://metadata.google.internal/computeMetadata/v1/', /machine's own credentials/],
  [GHCR, 'https://metadata.google.internal./computeMetadata/v1/', /machine's own credentials/],
  // No address at all.
  ...[
    '',
    '/token',
    'token',
    '//auth.example/token',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'http://[',
    'https://',
  ].map((realm): [Endpoint, string, RegExp] => [LOOPBACK, realm, /can't be used/]),
  [LOOPBACK, 'https://auth.example:99999/token', /can't be used/],
  [LOOPBACK, 'https://ada:hunter22@auth.example/token', /"https:\/\/\*\*\*@auth\.example\/token"/],
];

test.each(refused.map(([at, realm, message]) => [at.origin, realm, at, message] as const))(
  'a login for %s does not go to "%s"',
  (_, realm, at, message) => {
    expect(() => tokenServer(realm, at)).toThrow(
      expect.objectContaining({ code: 'registry-refused', message: expect.stringMatching(message) }),
    );
  },
);

const from = new URL('https://ghcr.io/v2/acme/shop/blobs/uploads/');

test.each([
  { at: GHCR, location: '/v2/up/1?_state=a%2Fb==', expected: 'https://ghcr.io/v2/up/1?_state=a%2Fb==' },
  { at: GHCR, location: 'relative', expected: 'https://ghcr.io/v2/acme/shop/blobs/uploads/relative' },
  { at: GHCR, location: '//cdn.example/1', expected: 'https://cdn.example/1' },
  { at: GHCR, location: 'https://s3.example/1?X-Sig=a#part', expected: 'https://s3.example/1?X-Sig=a' },
  { at: GHCR, location: 'http://ghcr.io/v2/up/1', expected: 'https://ghcr.io/v2/up/1' },
  { at: INSECURE, location: 'http://auth.internal/up', expected: 'http://auth.internal/up' },
])('an upload may go to "$location"', ({ at, location, expected }) => {
  expect(uploadLocation(location, from, at).href).toBe(expected);
});

test.each([
  { at: GHCR, location: 'http://s3.example/1', message: /does not speak TLS/ },
  { at: LOOPBACK, location: 'http://s3.example/1', message: /does not speak TLS/ },
  { at: GHCR, location: 'https://169.254.169.254/1', message: /machine's own credentials/ },
  { at: GHCR, location: 'https://localhost:2375/images/load', message: /which is this machine/ },
  { at: GHCR, location: 'http://[', message: /can't be used: "http:\/\/\["/ },
  { at: GHCR, location: 'ftp://s3.example/1', message: /can't be used/ },
  { at: GHCR, location: 'javascript:alert(1)', message: /can't be used/ },
  { at: GHCR, location: 'https://s3.example:99999/1', message: /can't be used/ },
])('an upload does not go to "$location"', ({ at, location, message }) => {
  expect(() => uploadLocation(location, from, at)).toThrow(
    expect.objectContaining({ code: 'registry-refused', message: expect.stringMatching(message) }),
  );
});

test('a redirect is followed under the same rules', () => {
  expect(mayFollow(new URL('https://cdn.example/blob'), GHCR)).toBe(true);
  expect(mayFollow(new URL('http://127.0.0.1:9/blob'), LOOPBACK)).toBe(true);
  expect(mayFollow(new URL('http://cdn.example/blob'), LOOPBACK)).toBe(false);
  expect(mayFollow(new URL('https://169.254.169.254/latest'), GHCR)).toBe(false);
  expect(mayFollow(new URL('https://127.0.0.1:2376/info'), GHCR)).toBe(false);
});

test('a plain-HTTP registry that names a token server elsewhere gets no login, and the error names the host to allow', async () => {
  const { registry, open } = await startRegistry({}, login);
  registry.faults.inject(/^HEAD/, {
    kind: 'status',
    status: 401,
    headers: { 'www-authenticate': 'Bearer realm="http://auth.example:5001/token",service="x"' },
  });
  const thrown = await hasBlob(await open('acme/shop'), digestOf('x')).catch((error: unknown) => error);
  invariant(thrown instanceof RegistryError);
  expect(thrown.facts.otherHost).toBe('auth.example:5001');
});

test('a login does not follow a redirect of the token server', async () => {
  const requests: string[] = [];
  const elsewhere = createServer((request, response) => {
    requests.push(`${request.url} ${request.headers.authorization}`);
    response.end('{"token":"mine-now"}');
  });
  const port = await listenOnLoopback(elsewhere);
  onTestFinished(() => elsewhere.close());
  const { registry, open } = await startRegistry({ access: { kind: 'bearer', accounts } }, login);
  for (const status of [301, 302, 303, 307, 308]) {
    const location = `http://127.0.0.1:${port}/steal`;
    registry.faults.inject(/^GET \/token/, { kind: 'status', status, headers: { location } });
    await expect(hasBlob(await open('acme/shop'), digestOf('x'))).rejects.toMatchObject({
      code: 'registry-refused',
      message: expect.stringMatching(/redirects \(HTTP 30\d\), and a login doesn't follow/),
    });
  }
  expect(requests).toStrictEqual([]);
});

test('a storage on another host gets the bytes of an upload, but not the token', async () => {
  const requests: string[] = [];
  const storage = createServer((request, response) => {
    requests.push(`${request.method} ${request.headers.authorization}`);
    request.resume().on('end', () => response.writeHead(201).end());
  });
  const port = await listenOnLoopback(storage);
  onTestFinished(() => storage.close());
  const { registry, open } = await startRegistry({ access: { kind: 'bearer', accounts } }, login);
  const repository = await open('acme/shop');
  await hasBlob(repository, digestOf('x'));
  const location = `http://ada:pw@localhost:${port}/store`;
  registry.faults.inject(/^POST/, { kind: 'status', status: 202, headers: { location } });
  expect(await pushBlob(repository, sourceOf(Buffer.from('bytes')))).toBe('uploaded');
  expect(requests).toStrictEqual(['PUT undefined']);
});
