import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ActionError } from '../../src/core/error.ts';
import { NetworkError } from '../../src/http/error.ts';
import { createHttp, type Http } from '../../src/http/http.ts';
import { proxiesFrom } from '../../src/http/proxy.ts';
import { withRetries } from '../../src/http/retry.ts';
import { Faults } from '../fakes/faults.ts';
import { listenOnLoopback } from '../fakes/loopback.ts';
import { cert, key } from '../fakes/registry/certificate.ts';
import { errorLike, invariant } from '../jest-support.ts';

let server: Server;
let http: Http;
let base: string;
let handle: (request: IncomingMessage, response: ServerResponse) => void;
const faults = new Faults();
const seen: { line: string; authorization: string | undefined; body: string }[] = [];

async function listen(created: Server): Promise<string> {
  return `http://127.0.0.1:${await listenOnLoopback(created)}`;
}

beforeEach(async () => {
  seen.length = 0;
  faults.clear();
  handle = (_, response) => response.end('{"fine":true}');
  server = createServer(async (request, response) => {
    let body = '';
    await faults.serve(request, response, async () => {
      for await (const chunk of request) body += chunk;
      seen.push({ line: `${request.method} ${request.url}`, authorization: request.headers.authorization, body });
      handle(request, response);
    });
  });
  base = await listen(server);
  http = createHttp({ env: {}, userAgent: 'test' });
});
afterEach(async () => {
  await http.close();
  server.closeAllConnections();
  server.close();
});

const waits: number[] = [];
const policy = {
  clock: { now: () => 0, sleep: async (ms: number) => void waits.push(ms) },
  retries: 3,
  firstDelay: 100,
  maxDelay: 1000,
  random: () => 1,
};
beforeEach(() => {
  waits.length = 0;
});

test('a response with any status is returned', async () => {
  const transport = await http.open();
  handle = (_, response) => response.writeHead(404, { 'x-why': 'gone' }).end('nothing');
  const response = await transport.send({ url: `${base}/a` });
  expect(response.status).toBe(404);
  expect(response.header('x-why')).toBe('gone');
  expect(await response.text()).toBe('nothing');
});

test('a connection that is reset, refused or cut off is a network error with a code, without the query', async () => {
  const transport = await http.open();
  faults.inject(/GET \/reset/, { kind: 'reset' });
  await expect(transport.send({ url: `${base}/reset?token=secret` })).rejects.toThrow(
    errorLike((error) => {
      invariant(error instanceof NetworkError);
      expect(error.message).toMatch(/GET .*\/reset: /);
      expect(error.message).not.toMatch(/secret/);
      return true;
    }),
  );
  await expect(transport.send({ url: 'http://127.0.0.1:1/' })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  faults.inject(/GET \/cut/, { kind: 'truncated', bytes: 3 });
  const cut = await transport.send({ url: `${base}/cut` });
  await expect(cut.text()).rejects.toThrow(NetworkError);
});

test('a server that sends nothing fails with a timeout', async () => {
  const transport = await http.open();
  handle = () => {};
  await expect(transport.send({ url: base, idleTimeout: 50 })).rejects.toMatchObject({
    code: 'UND_ERR_HEADERS_TIMEOUT',
  });
});

test('a body that is not JSON is a network error', async () => {
  const transport = await http.open();
  handle = (_, response) => response.end('<html>');
  const response = await transport.send({ url: base });
  await expect(response.json()).rejects.toThrow(/GET .*not valid JSON/);
});

test('a redirect to another origin is followed without the Authorization header', async () => {
  const other = createServer((request, response) => response.end(`auth: ${request.headers.authorization}`));
  const target = await listen(other);
  try {
    const transport = await http.open();
    handle = (request, response) =>
      response.writeHead(307, { location: request.url === '/blob' ? `${target}/store` : '/blob' }).end();
    const response = await transport.send({
      url: `${base}/start`,
      headers: { Authorization: 'Bearer x' },
      redirects: 5,
    });
    expect(await response.text()).toBe('auth: undefined');
    expect(seen.map(({ line, authorization }) => `${line} ${authorization}`)).toStrictEqual([
      'GET /start Bearer x',
      'GET /blob Bearer x',
    ]);
  } finally {
    other.close();
  }
});

test('a redirect to another origin is followed only with the headers Accept and Range', async () => {
  const other = createServer((request, response) => response.end(JSON.stringify(request.headers)));
  const target = await listen(other);
  try {
    const transport = await http.open();
    handle = (_, response) => response.writeHead(302, { location: `${target}/store` }).end();
    const headers = { 'X-Api-Key': 'k3y', 'X-Scope-OrgID': 'team-a', accept: 'application/json', range: 'bytes=1-' };
    const got = String(JSON.stringify(await (await transport.send({ url: base, headers, redirects: 1 })).json()));
    expect(got).toMatch(/"accept":"application\/json".*"range":"bytes=1-"/);
    expect(got).not.toMatch(/k3y|team-a/);
  } finally {
    other.close();
  }
});

test('a redirect from https to http, or to an invalid URL, is not followed', async () => {
  const secure = createSecureServer({ key, cert }, (request, response) => {
    response.writeHead(302, { location: request.url === '/plain' ? `${base}/down` : 'http://[' }).end();
  });
  const port = await listenOnLoopback(secure);
  try {
    const transport = await http.open({ insecure: true });
    for (const path of ['/plain', '/nowhere'])
      expect((await transport.send({ url: `https://127.0.0.1:${port}${path}`, redirects: 5 })).status).toBe(302);
    expect(seen).toStrictEqual([]);
  } finally {
    secure.closeAllConnections();
    secure.close();
  }
});

test('an endless body is closed, whether it is read or discarded', async () => {
  const transport = await http.open();
  const endless = Buffer.alloc(64 * 1024);
  let closed = 0;
  handle = (_, response) => {
    const more = () => response.write(endless) || response.once('drain', more);
    const timer = setInterval(more, 1);
    response.on('close', () => {
      closed += 1;
      clearInterval(timer);
    });
  };
  const response = await transport.send({ url: base });
  await expect(response.bytes(1024 * 1024)).rejects.toMatchObject({
    name: 'NetworkError',
    message: expect.stringMatching(/more than 1048576 bytes/),
  });
  await (await transport.send({ url: base })).discard();
  while (closed < 2) await new Promise((resolve) => setImmediate(resolve));
});

test('an aborted request rejects with the reason of its signal', async () => {
  const transport = await http.open();
  const cancel = new AbortController();
  handle = () => cancel.abort(new Error('cancelled by a person'));
  await expect(transport.send({ url: base, signal: cancel.signal })).rejects.toThrow(/cancelled by a person/);
});

test('resets and 5xx are retried with growing delays', async () => {
  const transport = withRetries(await http.open(), policy);
  faults.inject(/GET/, { kind: 'status', status: 502 });
  faults.inject(/GET/, { kind: 'reset' });
  const response = await transport.send({ url: base });
  expect(await response.json()).toStrictEqual({ fine: true });
  expect(waits).toStrictEqual([100, 200]);
});

test('after the last attempt the response is returned, or the error thrown', async () => {
  const transport = withRetries(await http.open(), policy);
  faults.inject(/GET/, { kind: 'status', status: 503 }, 9);
  expect((await transport.send({ url: base })).status).toBe(503);
  expect(waits.length).toBe(3);
  faults.clear();
  faults.inject(/GET/, { kind: 'reset' }, 9);
  await expect(transport.send({ url: base })).rejects.toThrow(NetworkError);
});

test('Retry-After sets the delay, also for a POST that was refused', async () => {
  const transport = withRetries(await http.open(), policy);
  faults.inject(/POST/, { kind: 'status', status: 429, headers: { 'retry-after': '7' } });
  const response = await transport.send({ url: base, method: 'POST', body: 'x' });
  expect(response.status).toBe(200);
  expect(waits).toStrictEqual([7000]);
});

test('a response whose Retry-After is too long is returned at once', async () => {
  const transport = withRetries(await http.open(), policy);
  for (const status of [429, 503]) {
    faults.inject(/GET/, { kind: 'status', status, headers: { 'retry-after': '86400' } });
    expect((await transport.send({ url: base })).status).toBe(status);
  }
  expect(waits).toStrictEqual([]);
});

test('a programming error is not a network error, and is not retried', async () => {
  const transport = withRetries(await http.open(), policy);
  async function* mistaken(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('one');
    throw new TypeError('not a function');
  }
  await expect(transport.send({ url: base, method: 'PUT', body: mistaken })).rejects.toThrow(TypeError);
  await expect(transport.send({ url: base, headers: { 'bad header': 'x' } })).rejects.toMatchObject({
    code: 'UND_ERR_INVALID_ARG',
  });
  expect(waits).toStrictEqual([]);
});

test('a POST whose response was lost is not retried', async () => {
  const transport = withRetries(await http.open(), policy);
  faults.inject(/POST/, { kind: 'lost-answer' });
  await expect(transport.send({ url: base, method: 'POST', body: 'x' })).rejects.toThrow(NetworkError);
  expect(seen.length).toBe(1);
});

test('a streamed body is opened again for each attempt', async () => {
  const transport = withRetries(await http.open(), policy);
  faults.inject(/PUT/, { kind: 'status', status: 500 });
  async function* pieces() {
    yield Buffer.from('one ');
    yield Buffer.from('two');
  }
  await transport.send({ url: base, method: 'PUT', body: pieces });
  expect(seen.map(({ body }) => body)).toStrictEqual(['one two']);
});

test('requests use the proxy of the environment, except for hosts in NO_PROXY', async () => {
  const tunnels: string[] = [];
  const proxy = createServer().on('connect', (request, socket) => {
    tunnels.push(request.url ?? '');
    const [host = '', port] = (request.url ?? '').split(':');
    const upstream = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  const HTTP_PROXY = await listen(proxy);
  const through = createHttp({ env: { HTTP_PROXY }, userAgent: 'test' });
  const around = createHttp({ env: { HTTP_PROXY, NO_PROXY: '127.0.0.1' }, userAgent: 'test' });
  try {
    expect((await (await through.open()).send({ url: base })).status).toBe(200);
    expect(tunnels).toStrictEqual([new URL(base).host]);
    expect((await (await around.open()).send({ url: base })).status).toBe(200);
    expect(tunnels.length).toBe(1);
  } finally {
    await through.close();
    await around.close();
    proxy.closeAllConnections();
    proxy.close();
  }
});

test('a proxy without a scheme is an HTTP proxy, and lower-case variables take precedence', () => {
  expect(
    proxiesFrom({ HTTPS_PROXY: ' proxy.corp:3128 ', http_proxy: 'http://a:b@c', HTTP_PROXY: 'http://d' }),
  ).toStrictEqual({
    http: 'http://a:b@c',
    https: 'http://proxy.corp:3128',
    noProxy: undefined,
  });
});

test('an invalid proxy is an error before anything is sent, and its value is not shown', async () => {
  for (const HTTPS_PROXY of ['socks5://ada:hunter22@proxy:1080', 'not a proxy', 'ada:hunter22@proxy:3128']) {
    const http = createHttp({ env: { HTTPS_PROXY }, userAgent: 'test' });
    await expect(http.open()).rejects.toThrow(
      errorLike((thrown) => {
        invariant(thrown instanceof ActionError);
        expect(thrown.code).toBe('proxy-invalid');
        expect(thrown.message).toMatch(/HTTPS_PROXY/);
        expect(thrown.message).not.toMatch(/hunter22/);
        return true;
      }),
    );
    await http.close();
  }
});
