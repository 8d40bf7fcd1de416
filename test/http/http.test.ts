import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { NetworkError } from '../../src/http/error.ts';
import { createHttp, type Http } from '../../src/http/http.ts';
import { listenOnLoopback } from '../fakes/loopback.ts';
import { cert, key } from '../fakes/registry/certificate.ts';
import { errorLike, invariant } from '../jest-support.ts';
import { listen, TestServer } from './server.ts';

let server: TestServer;
let http: Http;
beforeEach(async () => {
  server = await TestServer.start();
  http = createHttp({ env: {}, userAgent: 'test' });
});
afterEach(async () => {
  await http.close();
  server.close();
});

test('a response with any status is returned', async () => {
  const transport = await http.open();
  server.handle = (_, response) => response.writeHead(404, { 'x-why': 'gone' }).end('nothing');
  const response = await transport.send({ url: `${server.url}/a` });
  expect(response.status).toBe(404);
  expect(response.header('x-why')).toBe('gone');
  expect(await response.text()).toBe('nothing');
});

test('a connection that is reset, refused or cut off is a network error with a code, without the query', async () => {
  const transport = await http.open();
  server.faults.inject(/GET \/reset/, { kind: 'reset' });
  await expect(transport.send({ url: `${server.url}/reset?token=secret` })).rejects.toThrow(
    errorLike((error) => {
      invariant(error instanceof NetworkError);
      expect(error.message).toMatch(/GET .*\/reset: /);
      expect(error.message).not.toMatch(/secret/);
      return true;
    }),
  );
  await expect(transport.send({ url: 'http://127.0.0.1:1/' })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  server.faults.inject(/GET \/cut/, { kind: 'truncated', bytes: 3 });
  const cut = await transport.send({ url: `${server.url}/cut` });
  await expect(cut.text()).rejects.toThrow(NetworkError);
});

test('a server that sends nothing fails with a timeout', async () => {
  const transport = await http.open();
  server.handle = () => {};
  await expect(transport.send({ url: server.url, idleTimeout: 50 })).rejects.toMatchObject({
    code: 'UND_ERR_HEADERS_TIMEOUT',
  });
});

test('a body that is not JSON is a network error', async () => {
  const transport = await http.open();
  server.handle = (_, response) => response.end('<html>');
  const response = await transport.send({ url: server.url });
  await expect(response.json()).rejects.toThrow(/GET .*not valid JSON/);
});

test('a redirect to another origin is followed without the Authorization header', async () => {
  const other = createServer((request, response) => response.end(`auth: ${request.headers.authorization}`));
  const target = await listen(other);
  try {
    const transport = await http.open();
    server.handle = (request, response) =>
      response.writeHead(307, { location: request.url === '/blob' ? `${target}/store` : '/blob' }).end();
    const response = await transport.send({
      url: `${server.url}/start`,
      headers: { Authorization: 'Bearer x' },
      redirects: 5,
    });
    expect(await response.text()).toBe('auth: undefined');
    expect(server.seen.map(({ line, authorization }) => `${line} ${authorization}`)).toStrictEqual([
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
    server.handle = (_, response) => response.writeHead(302, { location: `${target}/store` }).end();
    const headers = { 'X-Api-Key': 'k3y', 'X-Scope-OrgID': 'team-a', accept: 'application/json', range: 'bytes=1-' };
    const got = String(JSON.stringify(await (await transport.send({ url: server.url, headers, redirects: 1 })).json()));
    expect(got).toMatch(/"accept":"application\/json".*"range":"bytes=1-"/);
    expect(got).not.toMatch(/k3y|team-a/);
  } finally {
    other.close();
  }
});

test('a redirect from https to http, or to an invalid URL, is not followed', async () => {
  const secure = createSecureServer({ key, cert }, (request, response) => {
    response.writeHead(302, { location: request.url === '/plain' ? `${server.url}/down` : 'http://[' }).end();
  });
  const port = await listenOnLoopback(secure);
  try {
    const transport = await http.open({ insecure: true });
    for (const path of ['/plain', '/nowhere'])
      expect((await transport.send({ url: `https://127.0.0.1:${port}${path}`, redirects: 5 })).status).toBe(302);
    expect(server.seen).toStrictEqual([]);
  } finally {
    secure.closeAllConnections();
    secure.close();
  }
});

test('an endless body is closed, whether it is read or discarded', async () => {
  const transport = await http.open();
  const endless = Buffer.alloc(64 * 1024);
  let closed = 0;
  server.handle = (_, response) => {
    const more = () => response.write(endless) || response.once('drain', more);
    const timer = setInterval(more, 1);
    response.on('close', () => {
      closed += 1;
      clearInterval(timer);
    });
  };
  const response = await transport.send({ url: server.url });
  await expect(response.bytes(1024 * 1024)).rejects.toMatchObject({
    name: 'NetworkError',
    message: expect.stringMatching(/more than 1048576 bytes/),
  });
  await (await transport.send({ url: server.url })).discard();
  while (closed < 2) await new Promise((resolve) => setImmediate(resolve));
});

test('an aborted request rejects with the reason of its signal', async () => {
  const transport = await http.open();
  const cancel = new AbortController();
  server.handle = () => cancel.abort(new Error('cancelled by a person'));
  await expect(transport.send({ url: server.url, signal: cancel.signal })).rejects.toThrow(/cancelled by a person/);
});
