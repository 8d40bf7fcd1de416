import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/core/clock.ts';
import { createLog } from '../../src/core/log.ts';
import { Secrets } from '../../src/core/secrets.ts';
import { GitHub } from '../../src/github/api/client.ts';
import { createHttp, type Http } from '../../src/http/http.ts';
import { withRetries } from '../../src/http/retry.ts';
import { listPages } from '../../src/kubernetes/api/list-pages.ts';
import { openPrometheus } from '../../src/metrics/providers/prometheus/client.ts';
import { BriskClock } from '../fakes/brisk-clock.ts';
import { listenOnLoopback } from '../fakes/loopback.ts';
import { fakeRunner } from '../fakes/runner.ts';

/** Servers whose answers never come to an end: next pages, retries and bodies. Each client has a limit. */

let server: Server;
let http: Http;
let address: string;
let received: string[];
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  received = [];
  server = createServer((request, response) => {
    received.push(request.url ?? '');
    answer(request, response);
  });
  address = `http://127.0.0.1:${await listenOnLoopback(server)}`;
  http = createHttp({ env: {}, userAgent: 'test' });
});
afterEach(async () => {
  await http.close();
  server.closeAllConnections();
  server.close();
});

const never = new AbortController().signal;

/** Starts a body, and goes on with a space now and then. */
function drip(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' }).write('{');
  const timer = setInterval(() => response.write(' '), 50);
  response.on('close', () => clearInterval(timer));
}

describe('a list of GitHub', () => {
  const list = async () => {
    const log = createLog(
      fakeRunner({}, () => {}),
      new Secrets(),
      'test',
    );
    const github = await GitHub.connect({
      endpoints: { api: address, graphql: `${address}/graphql`, server: address },
      token: async () => 'a-token',
      ...{ http, clock: systemClock, log, signal: never },
    });
    return github.list(
      'GET /repos/{owner}/{repo}/pulls',
      { owner: 'acme', repo: 'shop' },
      'pull-requests: read',
      (page) => page,
    );
  };
  let page = 0;
  const cases: Readonly<Record<string, { readonly next: () => string; readonly most: number }>> = {
    'that always has another page': { next: () => `${address}/repos/acme/shop/pulls?page=${page++}`, most: 300 },
    'whose next page is on another host': { next: () => `http://192.0.2.1/pulls?page=${page++}`, most: 300 },
    'whose next page is the same page': { next: () => `${address}/repos/acme/shop/pulls?page=7`, most: 2 },
    'whose next page is the first page': { next: () => `${address}/repos/acme/shop/pulls?per_page=100`, most: 1 },
  };
  test.each(Object.entries(cases))('%s', async (_, { next, most }) => {
    answer = (_request, response) =>
      response.writeHead(200, { 'content-type': 'application/json', link: `<${next()}>; rel="next"` }).end('[]');
    await expect(list()).rejects.toMatchObject({
      code: 'github-unavailable',
      message: expect.stringMatching(/the list has no end/),
    });
    expect(received.length).toBeLessThanOrEqual(most);
  });
});

describe('a query of metrics', () => {
  const measure = async () => {
    const provider = await openPrometheus({
      ...{ address: new URL(address), token: undefined, headers: {}, http, clock: systemClock, timeout: 400 },
      onWarning: () => {},
    });
    return provider.measure('up', Date.now(), never);
  };
  const cases: Readonly<Record<string, typeof answer>> = {
    'whose answer never begins': () => {},
    'whose answer comes byte by byte': (_, response) => drip(response),
    'that is redirected for ever': (_, response) => response.writeHead(302, { location: `${address}/again` }).end(),
    'that is redirected by answers that never end': (_, response) =>
      response.writeHead(302, { location: `${address}/again` }).write(' '),
    'that may be repeated only after minutes': (_, response) => response.writeHead(503, { 'retry-after': '240' }).end(),
    'whose connection breaks each time': (_, response) => response.destroy(),
  };
  test.each(Object.entries(cases))('%s', async (_, behavior) => {
    answer = behavior;
    const startedAt = performance.now();
    await expect(measure()).rejects.toThrow(/metrics server|HTTP/);
    expect(performance.now() - startedAt).toBeLessThan(8000);
  });
});

test('retries end when there is no more time for them', async () => {
  const clock = new BriskClock();
  answer = (_, response) => response.writeHead(503, { 'retry-after': '20' }).end();
  const transport = withRetries(await http.open(), { clock, retries: 9, within: 50_000, firstDelay: 1, maxDelay: 1 });
  expect((await transport.send({ url: address })).status).toBe(503);
  expect(clock.waits).toStrictEqual([20_000, 20_000]);
});

describe('a list of Kubernetes', () => {
  const full = Array.from({ length: 500 }, (_, number) => number);
  let page = 0;
  const cases: Readonly<Record<string, () => object>> = {
    'that always has another full page': () => ({
      metadata: { continue: `page-${page++}` },
      items: full.slice(0, 500),
    }),
    'that always has another empty page': () => ({ metadata: { continue: `page-${page++}` }, items: [] }),
    'that always has the same page': () => ({ metadata: { continue: 'same' }, items: full }),
  };
  test.each(Object.entries(cases))('%s', async (_, answerOf) => {
    let requests = 0;
    const reading = listPages({
      page: async () => {
        requests += 1;
        return answerOf();
      },
      readItem: () => undefined,
      clock: new BriskClock(),
      signal: never,
    });
    await expect(reading).rejects.toThrow(/more than 2000 pages|same page again/);
    expect(requests).toBeLessThanOrEqual(2000);
  });

  test('is read again from its start after growing pauses if it expires, but not for ever', async () => {
    const clock = new BriskClock();
    const { ApiError } = await import('../../src/kubernetes/api/api-error.ts');
    const expired = new ApiError({ status: 410, reason: 'Expired', message: 'the token is too old' });
    const page = async (token: string) => {
      if (token !== '') throw expired;
      return { metadata: { continue: 'next' }, items: full };
    };
    await expect(listPages({ page, readItem: () => undefined, clock, signal: never })).rejects.toBe(expired);
    expect(clock.waits.length).toBe(3);
    expect(clock.waits[2]).toBeGreaterThanOrEqual(1000);
  });
});
