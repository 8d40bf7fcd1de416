import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { NetworkError } from '../../src/http/error.ts';
import { createHttp, type Http } from '../../src/http/http.ts';
import type { HttpResponse } from '../../src/http/response.ts';
import { TimeLimit } from '../../src/http/time-limit.ts';
import { listenOnLoopback } from '../fakes/loopback.ts';

/** Servers that never finish, and never fall silent. Each request to them ends at its time limit, or when the action ends. */

let server: Server;
let http: Http;
let address: string;
let answer: (socket: Socket, write: (text: string | Uint8Array) => void) => void;
const sockets = new Set<Socket>();

beforeEach(async () => {
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    socket.once('data', () => answer(socket, (text) => socket.writable && socket.write(text)));
  });
  address = `127.0.0.1:${await listenOnLoopback(server)}`;
  http = createHttp({ env: {}, userAgent: 'test' });
});
afterEach(async () => {
  await http.close();
  for (const socket of sockets) socket.destroy();
  server.close();
});

/** Writes `texts` one by one, and the last one for ever. */
function drip(texts: readonly (string | Uint8Array)[], interval = 20): typeof answer {
  return (socket, write) => {
    let next = 0;
    const timer = setInterval(() => {
      write(texts[Math.min(next, texts.length - 1)] ?? '');
      next += 1;
    }, interval);
    socket.on('close', () => clearInterval(timer));
  };
}

const HEAD = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = `${HEAD}Transfer-Encoding: chunked\r\n\r\n`;

const ENDLESS: readonly (readonly [string, typeof answer])[] = [
  ['sends its headers byte by byte', drip(['H', 'T', 'T', 'P', '/1.1 200 OK\r\nX-Slow: ', 'x'])],
  ['sends headers without end', drip([HEAD, 'X-Many: more\r\n'])],
  ['sends informational responses without end', drip(['HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n'])],
  ['says for ever that it is still processing', drip(['HTTP/1.1 102 Processing\r\n\r\n'])],
  ['sends a body byte by byte', drip([`${HEAD}Content-Length: 9999\r\n\r\n`, 'x'])],
  ['sends chunks of one byte', drip([CHUNKED, '1\r\nx\r\n'])],
  ['sends chunks with long extensions', drip([`${CHUNKED}1;`, 'extension'])],
  ['sends trailers without end', drip([`${CHUNKED}1\r\nx\r\n0\r\n`, 'X-Trailer: more\r\n'])],
  ['sends white space before the JSON', drip([CHUNKED, '1\r\n \r\n'])],
  ['sends a body that ends only with the connection', drip([`${HEAD}Connection: close\r\n\r\n`, ' '])],
  ['says nothing at all', () => {}],
];

test.each(ENDLESS)('a response of a server that %s ends at the time limit of its request', async (_, behavior) => {
  answer = behavior;
  const transport = await http.open();
  const reading = transport.send({ url: `http://${address}`, timeLimit: 300 }).then((response) => response.json());
  const startedAt = performance.now();
  await expect(reading).rejects.toThrow(NetworkError);
  expect(performance.now() - startedAt).toBeLessThan(5000);
});

test.each(ENDLESS)('a cancelled job ends a response of a server that %s at once', async (_, behavior) => {
  answer = behavior;
  const transport = await http.open();
  const cancel = new AbortController();
  setTimeout(() => cancel.abort(new Error('cancelled')), 200);
  const read = async (response: HttpResponse) => response.text();
  await expect(transport.send({ url: `http://${address}`, signal: cancel.signal }).then(read)).rejects.toThrow(
    'cancelled',
  );
});

test('a body that is discarded keeps nobody waiting, even if its request has no time limit', async () => {
  answer = drip([CHUNKED, '1\r\nx\r\n']);
  const transport = await http.open();
  const startedAt = performance.now();
  await (await transport.send({ url: `http://${address}`, idleTimeout: 0 })).discard();
  expect(performance.now() - startedAt).toBeLessThan(5000);
});

test('redirects share the time limit of the request', async () => {
  answer = (_, write) =>
    setTimeout(
      () => write(`HTTP/1.1 302 Found\r\nLocation: /again\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`),
      120,
    );
  const transport = await http.open();
  const sending = transport.send({ url: `http://${address}`, timeLimit: 400, redirects: 50 });
  await expect(sending).rejects.toMatchObject({ code: 'ETIMEDOUT' });
});

test.each(['http', 'https'])(
  'a proxy that never answers to CONNECT is given up at the time limit (%s)',
  async (scheme) => {
    answer = () => {};
    const proxied = createHttp({
      env: { HTTP_PROXY: `http://${address}`, HTTPS_PROXY: `http://${address}` },
      userAgent: 'test',
    });
    try {
      const sending = (await proxied.open()).send({ url: `${scheme}://registry.example.com/v2/`, timeLimit: 300 });
      await expect(sending).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    } finally {
      await proxied.close();
    }
  },
);

test('a TLS handshake that never ends is given up at the time limit', async () => {
  answer = drip([new Uint8Array([0x16]), new Uint8Array([0x03])]);
  const sending = (await http.open()).send({ url: `https://${address}`, timeLimit: 300 });
  await expect(sending).rejects.toMatchObject({ code: 'ETIMEDOUT' });
});

test('headers of unlimited size are refused', async () => {
  answer = (_, write) => write(`${HEAD}X-Huge: ${'x'.repeat(1e6)}\r\n\r\n`);
  await expect((await http.open()).send({ url: `http://${address}` })).rejects.toMatchObject({
    code: 'UND_ERR_HEADERS_OVERFLOW',
  });
});

test('a compressed body is not expanded: a few bytes stay a few bytes', async () => {
  const bomb = Buffer.from('H4sIAAAAAAAAA0tMBAALOM7bAgAAAA==', 'base64');
  answer = (socket, write) => {
    write(`${HEAD}Content-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`);
    socket.write(bomb);
  };
  expect(await (await (await http.open()).send({ url: `http://${address}` })).bytes(100)).toStrictEqual(bomb);
});

test('a large body gets more time, as long as it keeps coming', async () => {
  const time = new TimeLimit(50);
  // Two seconds for 32 KiB, one way or the other.
  time.count(32 * 1024);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(time.signal.aborted).toBe(false);
  time.end();
});
