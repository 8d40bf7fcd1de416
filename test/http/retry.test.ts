import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { NetworkError } from '../../src/http/error.ts';
import { createHttp, type Http } from '../../src/http/http.ts';
import { withRetries } from '../../src/http/retry.ts';
import { TestServer } from './server.ts';

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

test('resets and 5xx are retried with growing delays', async () => {
  const transport = withRetries(await http.open(), policy);
  server.faults.inject(/GET/, { kind: 'status', status: 502 });
  server.faults.inject(/GET/, { kind: 'reset' });
  const response = await transport.send({ url: server.url });
  expect(await response.json()).toStrictEqual({ fine: true });
  expect(waits).toStrictEqual([100, 200]);
});

test('after the last attempt the response is returned, or the error thrown', async () => {
  const transport = withRetries(await http.open(), policy);
  server.faults.inject(/GET/, { kind: 'status', status: 503 }, 9);
  expect((await transport.send({ url: server.url })).status).toBe(503);
  expect(waits.length).toBe(3);
  server.faults.clear();
  server.faults.inject(/GET/, { kind: 'reset' }, 9);
  await expect(transport.send({ url: server.url })).rejects.toThrow(NetworkError);
});

test('Retry-After sets the delay, also for a POST that was refused', async () => {
  const transport = withRetries(await http.open(), policy);
  server.faults.inject(/POST/, { kind: 'status', status: 429, headers: { 'retry-after': '7' } });
  const response = await transport.send({ url: server.url, method: 'POST', body: 'x' });
  expect(response.status).toBe(200);
  expect(waits).toStrictEqual([7000]);
});

test('a response whose Retry-After is too long is returned at once', async () => {
  const transport = withRetries(await http.open(), policy);
  for (const status of [429, 503]) {
    server.faults.inject(/GET/, { kind: 'status', status, headers: { 'retry-after': '86400' } });
    expect((await transport.send({ url: server.url })).status).toBe(status);
  }
  expect(waits).toStrictEqual([]);
});

test('a programming error is not a network error, and is not retried', async () => {
  const transport = withRetries(await http.open(), policy);
  async function* mistaken(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('one');
    throw new TypeError('not a function');
  }
  await expect(transport.send({ url: server.url, method: 'PUT', body: mistaken })).rejects.toThrow(TypeError);
  await expect(transport.send({ url: server.url, headers: { 'bad header': 'x' } })).rejects.toMatchObject({
    code: 'UND_ERR_INVALID_ARG',
  });
  expect(waits).toStrictEqual([]);
});

test('a POST whose response was lost is not retried', async () => {
  const transport = withRetries(await http.open(), policy);
  server.faults.inject(/POST/, { kind: 'lost-answer' });
  await expect(transport.send({ url: server.url, method: 'POST', body: 'x' })).rejects.toThrow(NetworkError);
  expect(server.seen.length).toBe(1);
});

test('a streamed body is opened again for each attempt', async () => {
  const transport = withRetries(await http.open(), policy);
  server.faults.inject(/PUT/, { kind: 'status', status: 500 });
  async function* pieces() {
    yield Buffer.from('one ');
    yield Buffer.from('two');
  }
  await transport.send({ url: server.url, method: 'PUT', body: pieces });
  expect(server.seen.map(({ body }) => body)).toStrictEqual(['one two']);
});
