import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { expect, test } from '@jest/globals';
import { digestOf } from '../../../src/image/digest.ts';
import { hasBlob } from '../../../src/image/registry/blobs.ts';
import { type BlobSource, MONOLITHIC_LIMIT, pushBlob } from '../../../src/image/registry/upload.ts';
import { listenOnLoopback } from '../../fakes/loopback.ts';
import { cert, key } from '../../fakes/registry/certificate.ts';
import { onTestFinished } from '../../jest-support.ts';
import { accounts, login, pushImage, sourceOf, startRegistry } from './harness.ts';

const large = randomBytes(MONOLITHIC_LIMIT + 1_000_000);

test('one token is requested per scope', async () => {
  const { registry, open } = await startRegistry({ access: { kind: 'bearer', accounts } }, login);
  const repository = await open('acme/shop');
  await pushImage(repository, 'x');
  expect(registry.access.tokensIssued).toBe(2);
  expect(
    registry.lines(/^GET \/token/).map((line) => new URL(line.slice(4), registry.origin).searchParams.get('scope')),
  ).toStrictEqual(['repository:acme/shop:pull', 'repository:acme/shop:pull,push']);
});

test('a token that has expired or was revoked is replaced', async () => {
  let now = Date.now();
  const clock = { now: () => now, sleep: async () => {} };
  const { registry, open } = await startRegistry({ access: { kind: 'bearer', accounts } }, (host) => ({
    ...login(host),
    clock,
  }));
  const repository = await open('acme/shop');
  await pushImage(repository, 'x');
  registry.access.revokeTokens();
  await pushImage(repository, 'y');
  expect(registry.access.tokensIssued).toBe(4);
  now += 295_000;
  await hasBlob(repository, digestOf('z'));
  expect(registry.access.tokensIssued).toBe(5);
});

test('an upload continues with a new token if its token is revoked', async () => {
  const { registry, open } = await startRegistry({ access: { kind: 'bearer', accounts } }, login);
  const repository = await open('acme/shop');
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
  expect(await pushBlob(repository, revoking)).toBe('uploaded');
  expect(registry.store.blob('acme/shop', source.digest)).toBeTruthy();
});

test('concurrent requests share one token', async () => {
  const { registry, open } = await startRegistry({ access: { kind: 'bearer', accounts } }, login);
  const repository = await open('acme/shop');
  const sendRequests = () => Promise.all([1, 2, 3, 4].map((n) => hasBlob(repository, digestOf(String(n)))));
  await sendRequests();
  expect(registry.access.tokensIssued).toBe(1);
  registry.access.revokeTokens();
  await sendRequests();
  expect(registry.access.tokensIssued).toBe(2);
});

test.each(['http://127.0.0.1:9/token', 'HTTP://127.0.0.1:9/token', ' ht\ttp://127.0.0.1:9/token'])(
  'a login is not sent to a token server without TLS if the registry has TLS: %j',
  async (realm) => {
    const { registry, open } = await startRegistry({ tls: { key, cert } }, (host) => ({ ...login(host), ca: cert }));
    registry.faults.inject(/^HEAD/, {
      kind: 'status',
      status: 401,
      headers: { 'www-authenticate': `Bearer realm="${realm}",service="x"` },
    });
    const repository = await open('acme/shop');
    await expect(hasBlob(repository, digestOf('x'))).rejects.toMatchObject({
      code: 'registry-refused',
      message: expect.stringMatching(/does not speak TLS/),
    });
  },
);

test('a login is not sent to the token server of a storage that the registry redirects to', async () => {
  const requests: string[] = [];
  const storage = createServer((request, response) => {
    requests.push(`${request.url} ${request.headers.authorization}`);
    const realm = `http://${request.headers.host}/token`;
    if (request.url?.startsWith('/token')) response.end('{"token":"mine-now"}');
    else response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}"` }).end();
  });
  const port = await listenOnLoopback(storage);
  onTestFinished(() => storage.close());
  const { registry, open } = await startRegistry({}, login);
  const location = `http://127.0.0.1:${port}/blob`;
  registry.faults.inject(/^HEAD/, { kind: 'status', status: 307, headers: { location } });
  const repository = await open('acme/shop');
  await expect(hasBlob(repository, digestOf('x'))).rejects.toMatchObject({ code: 'registry-unauthorized' });
  expect(requests).toStrictEqual(['/blob undefined']);
});

test('a mount requests a token for the source repository as well', async () => {
  const { open } = await startRegistry({ access: { kind: 'bearer', accounts } }, login);
  const bytes = randomBytes(100);
  await pushBlob(await open('acme/base'), sourceOf(bytes));
  expect(await pushBlob(await open('acme/shop'), sourceOf(bytes), 'acme/base')).toBe('mounted');
});

test('a push works with Basic authentication', async () => {
  const { registry, open } = await startRegistry({ access: { kind: 'basic', accounts } }, login);
  await pushImage(await open('acme/shop'), 'x');
  expect(registry.store.repository('acme/shop').manifests.size).toBe(1);
});
