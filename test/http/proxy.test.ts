import { createServer } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ActionError } from '../../src/core/error.ts';
import { createHttp } from '../../src/http/http.ts';
import { proxiesFrom } from '../../src/http/proxy.ts';
import { errorLike, invariant } from '../jest-support.ts';
import { listen, TestServer } from './server.ts';

let server: TestServer;
beforeEach(async () => {
  server = await TestServer.start();
});
afterEach(() => server.close());

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
    expect((await (await through.open()).send({ url: server.url })).status).toBe(200);
    expect(tunnels).toStrictEqual([new URL(server.url).host]);
    expect((await (await around.open()).send({ url: server.url })).status).toBe(200);
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
