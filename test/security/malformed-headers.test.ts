import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ActionError } from '../../src/core/error.ts';
import { createLog } from '../../src/core/log.ts';
import { Secrets } from '../../src/core/secrets.ts';
import { GitHub } from '../../src/github/api/client.ts';
import { endpointsOf } from '../../src/github/api/endpoints.ts';
import { NetworkError } from '../../src/http/error.ts';
import { createHttp, type Http } from '../../src/http/http.ts';
import { HttpResponse } from '../../src/http/response.ts';
import { digestOf } from '../../src/image/digest.ts';
import { storedManifest } from '../../src/image/manifest.ts';
import { OCI_MANIFEST } from '../../src/image/media-types.ts';
import { hasBlob } from '../../src/image/registry/blobs.ts';
import { findDigest, findManifest, putManifest } from '../../src/image/registry/manifests.ts';
import { resolvePlatforms } from '../../src/image/registry/platforms.ts';
import { pushBlob } from '../../src/image/registry/upload.ts';
import { explain } from '../../src/kubernetes/api/explain.ts';
import { wellKnown } from '../../src/kubernetes/objects/well-known.ts';
import { MetricsError } from '../../src/metrics/error.ts';
import { openPrometheus } from '../../src/metrics/providers/prometheus/client.ts';
import { LeapingClock } from '../fakes/leaping-clock.ts';
import { RawServer } from '../fakes/raw-server.ts';
import { fakeRunner } from '../fakes/runner.ts';
import { login, openRegistries, sourceOf } from '../image/registry/harness.ts';
import { expectWithNote } from '../jest-support.ts';
import { connect } from '../kubernetes/connect.ts';

/** No header of a server ends an action with `internal`, "a bug in the action": each is read, ignored, or an error with a remedy. */

let server: RawServer;
let http: Http;
const closing: (() => unknown)[] = [];
beforeEach(async () => {
  server = await RawServer.start();
  http = createHttp({ env: {}, userAgent: 'test' });
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await http.close();
  server.stop();
});

const PUSHED = sourceOf(Buffer.from('bytes'));

/** What one client does with the server. */
type Client = () => Promise<readonly (() => Promise<unknown>)[]>;

const registry: Client = async () => {
  const opened = openRegistries({ ...login(server.host), retries: 1 });
  closing.push(opened.close);
  const repository = await opened.registries.repository({ registry: server.host, repository: 'acme/shop' });
  const manifest = storedManifest(OCI_MANIFEST, { schemaVersion: 2, config: {}, layers: [] });
  return [
    () => hasBlob(repository, digestOf('x')),
    () => findManifest(repository, 'v1'),
    () => findDigest(repository, 'v1'),
    () => resolvePlatforms(repository, 'v1'),
    () => putManifest(repository, 'v1', manifest),
    () => pushBlob(repository, PUSHED),
  ];
};

const github: Client = async () => {
  const api = server.origin;
  const client = await GitHub.connect({
    endpoints: { api, graphql: `${api}/graphql`, server: api },
    token: async () => 'ghs_token',
    http,
    clock: new LeapingClock(),
    log: createLog(
      fakeRunner({}, () => {}),
      new Secrets(),
      'test',
    ),
    signal: AbortSignal.timeout(20_000),
  });
  const repository = { owner: 'acme', repo: 'gitops' };
  return [
    () => client.get('GET /repos/{owner}/{repo}', repository, 'metadata: read'),
    () => client.list('GET /repos/{owner}/{repo}/pulls', repository, 'pull-requests: read', (page) => page),
  ];
};

const kubernetes: Client = async () => {
  const kubeconfig = JSON.stringify({
    clusters: [{ name: 'c', cluster: { server: server.origin } }],
    users: [{ name: 'u', user: { token: 'cluster-token' } }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  });
  const { client, close } = await connect({ kubeconfig, clock: new LeapingClock() });
  closing.push(close);
  const explained = async (operation: Promise<unknown>) => {
    try {
      await operation;
    } catch (thrown) {
      throw explain(thrown, 'list pods', client.connection);
    }
  };
  return [
    () => explained(client.list({ type: wellKnown.pods, namespace: 'staging' })),
    () => explained(client.get(wellKnown.pods, 'staging', 'shop')),
    () => explained(client.logs({ namespace: 'a', pod: 'p', container: 'c', tailLines: 1, previous: false })),
  ];
};

const metrics: Client = async () => {
  const provider = await openPrometheus({
    address: new URL(server.origin),
    token: 'metrics-token',
    headers: {},
    http,
    clock: new LeapingClock(),
    timeout: 2000,
    onWarning: () => {},
  });
  return [() => provider.measure('up', 0, AbortSignal.timeout(20_000))];
};

const clients = { registry, github, kubernetes, metrics };

/** Runs each operation. @returns the codes of its errors */
async function outcomes(operations: Awaited<ReturnType<Client>>): Promise<string[]> {
  const codes: string[] = [];
  for (const operation of operations) {
    try {
      await operation();
    } catch (thrown) {
      if (thrown instanceof MetricsError) continue;
      expectWithNote(thrown instanceof ActionError, thrown instanceof Error ? thrown.stack : String(thrown)).toBe(true);
      if (thrown instanceof ActionError) {
        codes.push(thrown.code);
        expect(thrown.code).not.toBe('internal');
        expect(thrown.message).not.toMatch(/Invalid URL|ERR_INVALID/);
      }
    }
  }
  return codes;
}

const NAMES = [
  'Location',
  'WWW-Authenticate',
  'Link',
  'Docker-Content-Digest',
  'Content-Type',
  'Content-Range',
  'Range',
  'Retry-After',
  'Date',
  'X-RateLimit-Reset',
  'X-RateLimit-Remaining',
  'OCI-Subject',
  'Docker-Upload-UUID',
];

const VALUES = [
  '',
  ' ',
  'http://[',
  'http://',
  'https://:443/x',
  'https://host:99999/x',
  'https://host:-1/x',
  'http://%zz/x',
  'http://a b/x',
  'javascript:alert(1)',
  'file:///etc/passwd',
  'data:text/plain,x',
  '///',
  '\\\\host\\share',
  '?',
  '#',
  '\u00ff\u0080',
  '"',
  '<',
  '<>; rel="next"',
  '<http://[>; rel="next"',
  '<javascript:alert(1)>; rel="next"',
  '<https://host:99999/?page=2>; rel="next"',
  'Bearer',
  'Bearer realm',
  'Bearer realm=',
  'Bearer realm=""',
  'Bearer realm="/token"',
  'Bearer realm="http://["',
  'Bearer realm="javascript:alert(1)"',
  'Bearer realm="https://auth.example/token',
  'Bearer realm="https://auth.example:99999/token",service="x"',
  'Bearer realm="\\',
  'Bearer realm="not a URL", Basic realm="x", Negotiate',
  'Basic, Bearer realm="x',
  'Negotiate, NTLM',
  'sha256:',
  'sha256:zz',
  'sha512:aa',
  '-1',
  '1e999',
  '99999999999999999999999',
  'Thu, 99 Foo 2099',
  '0-99999999999999999999',
  'bytes 5-1/0',
];

const STATUSES = [200, 201, 202, 204, 301, 302, 307, 308, 400, 401, 403, 404, 416, 429, 500, 503];

/** Answers the ping as a registry does, lacks the blob that is pushed, and answers everything else with these headers. */
function answerWith(status: number, headers: readonly (readonly [string, string])[], body: string): void {
  server.respond = (line) => {
    if (line === 'GET /v2/') return { status: 200, headers: [] };
    if (line.startsWith('HEAD') && line.endsWith(PUSHED.digest) && status !== 401) return { status: 404, headers: [] };
    return { status, headers, body };
  };
}

describe.each(Object.entries(clients))('%s', (_, open) => {
  test.each(VALUES)('the value "%s" in any header is no bug of the action', async (value) => {
    const operations = await open();
    for (const status of [200, 202, 307, 401]) {
      answerWith(
        status,
        NAMES.map((name) => [name, value]),
        '[]',
      );
      await outcomes(operations);
    }
  });

  test('no mixture of headers, statuses and bodies is a bug of the action', async () => {
    const operations = await open();
    const value = fc.oneof(
      fc.constantFrom(...VALUES),
      fc.string({ unit: 'binary', maxLength: 60 }).map((text) => text.replace(/[\r\n]/g, '')),
    );
    const headers = fc.array(fc.tuple(fc.constantFrom(...NAMES), value), { maxLength: 4 });
    const body = fc.oneof(fc.constantFrom('', '[]', '{}', 'null', '{"token":"a\\nb"}', '{"items":[]}'), fc.json());
    const answer = fc.tuple(fc.constantFrom(...STATUSES), headers, body);
    await fc.assert(
      fc.asyncProperty(answer, async ([status, given, text]) => {
        answerWith(status, given, text);
        await outcomes(operations);
      }),
      { numRuns: 50 },
    );
  }, 30_000);
});

describe('the error says what is malformed, and what to correct', () => {
  test.each([
    ['WWW-Authenticate', 'Bearer realm="/token"', 401, 'names a token server whose address can\'t be used: "/token"'],
    ['WWW-Authenticate', 'Bearer realm="",service="x"', 401, 'can\'t be used: ""'],
    ['WWW-Authenticate', 'Bearer', 401, 'can\'t be used: ""'],
    ['WWW-Authenticate', 'Bearer realm="javascript:alert(1)"', 401, 'can\'t be used: "javascript:alert(1)"'],
    [
      'WWW-Authenticate',
      'Bearer realm="http://auth.example/token',
      401,
      'http://auth.example, which does not speak TLS',
    ],
    ['WWW-Authenticate', 'Negotiate, Bearer realm="http://["', 401, 'can\'t be used: "http://["'],
    ['Location', 'http://[', 202, 'opened an upload at a place that can\'t be used: "http://["'],
    ['Location', 'javascript:alert(1)', 202, "opened an upload at a place that can't be used"],
    ['Location', 'ftp://storage.example/x', 202, "opened an upload at a place that can't be used"],
    ['Location', '', 202, 'opened an upload without a Location header'],
    ['Location', 'https://storage.example:99999/', 202, "opened an upload at a place that can't be used"],
  ])('%s: %s', async (name, value, status, message) => {
    answerWith(status, [[name, value]], '');
    const [, , , , , push] = await registry();
    const thrown = await push?.().catch((error: unknown) => error);
    expect(thrown).toMatchObject({ code: 'registry-refused', message: expect.stringContaining(message) });
    expect(thrown).toMatchObject({ remedy: expect.stringMatching(/settings of the registry|proxy in front of it/) });
  });

  test.each(['http://[', 'javascript:alert(1)', 'https://host:99999/?page=2'])(
    'a Link of GitHub to "%s" does not cut a list short',
    async (next) => {
      answerWith(200, [['Link', `<${next}>; rel="next"`]], '[]');
      const [, list] = await github();
      await expect(list?.()).rejects.toMatchObject({
        code: 'github-unavailable',
        message: expect.stringContaining(`its header Link names no page, but "${next}"`),
      });
    },
  );

  test.each(['line\nbreak', 'nul\u0000', 'caf\u00e9', ' '])('a token server that sends the token %j', async (token) => {
    server.respond = (line) => {
      if (line.startsWith('GET /token')) return { status: 200, headers: [], body: JSON.stringify({ token }) };
      if (line === 'GET /v2/') return { status: 200, headers: [] };
      return { status: 401, headers: [['WWW-Authenticate', `Bearer realm="${server.origin}/token"`]] };
    };
    const [lookUp] = await registry();
    await expect(lookUp?.()).rejects.toMatchObject({
      code: 'registry-unauthorized',
      message: expect.stringContaining('sent no usable token'),
    });
  });
});

describe('addresses of the environment', () => {
  test.each([
    'http://[',
    'http://',
    'socks5://proxy:1080',
    'http://proxy:99999',
    'http://proxy:12ab',
    'two words',
    'http://a b',
    'ftp://proxy',
    '://proxy',
    'http://ada:100%@proxy:3128',
    'http://ada:%zz@proxy:3128',
    'http://proxy\u0000:3128',
    'http:proxy',
    'javascript:alert(1)',
  ])('the proxy "%s" is an error before anything is sent', async (value) => {
    for (const name of ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy']) {
      const misled = createHttp({ env: { [name]: value }, userAgent: 'test' });
      await expect(misled.open()).rejects.toMatchObject({ code: 'proxy-invalid' });
      await misled.close();
    }
  });

  test.each(['http://[', 'http://proxy:99999', 'http://', 'socks5://proxy:1080', 'http://ada:100%@proxy:3128'])(
    'the proxy-url "%s" of a kubeconfig is an error before anything is sent, without its password',
    async (proxy) => {
      const kubeconfig = JSON.stringify({
        clusters: [{ name: 'c', cluster: { server: server.origin, 'proxy-url': proxy } }],
        users: [{ name: 'u', user: {} }],
        contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
        'current-context': 'x',
      });
      await expect(connect({ kubeconfig })).rejects.toMatchObject({
        code: 'kubeconfig-unsupported',
        message: expect.not.stringContaining('100%'),
      });
    },
  );

  test.each(['api.github.com', 'http://[', 'javascript:alert(1)', 'https://github:99999'])(
    'GITHUB_API_URL "%s" is an error with the name of the variable',
    (value) => {
      expect(() => endpointsOf({ GITHUB_API_URL: value })).toThrow(
        expect.objectContaining({ code: 'github-address-invalid', message: expect.stringContaining('GITHUB_API_URL') }),
      );
    },
  );

  test.each(['', ',,,', ':', ':99999', '[', '*', '*.', ' , [::1', '%zz', '\u0000'])(
    'NO_PROXY "%s" is tolerated',
    async (value) => {
      const http = createHttp({ env: { HTTP_PROXY: 'http://127.0.0.1:1', NO_PROXY: value }, userAgent: 'test' });
      closing.push(() => http.close());
      const outcome = await (await http.open()).send({ url: server.origin }).catch((error: unknown) => error);
      expect(outcome instanceof NetworkError || outcome instanceof HttpResponse).toBe(true);
    },
  );
});

describe('a value that no header can carry', () => {
  const kubeconfigWith = (user: object) =>
    JSON.stringify({
      clusters: [{ name: 'c', cluster: { server: server.origin } }],
      users: [{ name: 'u', user }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'x',
    });
  const credential = JSON.stringify({ status: { token: 'hunter2\nhunter2' } });

  test.each([
    ['a token in two lines', { token: 'hunter2\nhunter2' }],
    ['a token with a NUL', { token: 'hunter2\0' }],
    ['a token that is no ASCII', { token: 'hunter2€' }],
    ['a user to impersonate', { token: 'cluster-token', as: 'hunter2\r\nx: y' }],
    ['a group to impersonate', { token: 'cluster-token', as: 'ada', 'as-groups': ['hunter2 ☃'] }],
    [
      'a token of an exec plugin',
      { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: '/bin/echo', args: [credential] } },
    ],
  ])('in a kubeconfig: %s', async (_, user) => {
    const { client, close } = await connect({ kubeconfig: kubeconfigWith(user), cwd: tmpdir() });
    closing.push(close);
    await expect(client.list({ type: wellKnown.pods, namespace: 'staging' })).rejects.toMatchObject({
      code: 'header-invalid',
      message: expect.not.stringContaining('hunter2'),
    });
  });

  test.each([String.raw`a\nb`, String.raw`a\u0000`, String.raw`tok\u20acn`])(
    'in the token of a registry: %s',
    async (token) => {
      server.respond = (line) =>
        line.includes('/token')
          ? { status: 200, headers: [], body: `{"token":"${token}"}` }
          : { status: 401, headers: [['WWW-Authenticate', `Bearer realm="${server.origin}/token",service="a"`]] };
      const repository = (await registry())[0];
      expect(await outcomes(repository === undefined ? [] : [repository])).toStrictEqual(['registry-unauthorized']);
    },
  );
});
