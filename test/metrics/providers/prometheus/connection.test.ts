import { createServer } from 'node:https';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { MetricsProvider } from '../../../../src/metrics/provider.ts';
import { listenOnLoopback } from '../../../fakes/loopback.ts';
import { FakePrometheus } from '../../../fakes/prometheus/server.ts';
import { cert, key } from '../../../fakes/registry/certificate.ts';
import { errorLike, expectWithNote } from '../../../jest-support.ts';
import { failure, http, never, open, START, TIME, waits } from './client.ts';

let prometheus: FakePrometheus;
let provider: MetricsProvider;

beforeAll(async () => {
  prometheus = await FakePrometheus.start();
  prometheus.series('requests_total', { app: 'shop', code: '200' }, (time) => 10 * (time - START));
  prometheus.series('requests_total', { app: 'shop', code: '500' }, (time) => time - START);
  prometheus.series('flaky', {}, (time) => (time % 60 < 30 ? 1 : undefined));
  provider = await open(prometheus.url);
});
afterEach(() => {
  prometheus.faults.clear();
  prometheus.warnings.length = 0;
  prometheus.requests.length = 0;
  waits.length = 0;
});
afterAll(async () => {
  await prometheus.close();
  await http.close();
});

describe('Prometheus client, connecting', () => {
  it('sends token and headers, and reports whether a token was sent if the server refuses', async () => {
    const guarded = await FakePrometheus.start({ token: 's3cret', headers: { 'x-scope-orgid': 'team-a' } });
    try {
      const allowed = await open(guarded.url, { token: 's3cret', headers: { 'X-Scope-OrgID': 'team-a' } });
      expect(await allowed.measure('1', TIME, never)).toStrictEqual({ kind: 'value', value: 1 });
      const anonymous = await open(guarded.url);
      await expect(anonymous.measure('1', TIME, never)).rejects.toThrow(
        errorLike(failure({ code: 'metrics-unauthorized', tokenSent: false }, /HTTP 401/)),
      );
      const withoutTenant = await open(guarded.url, { token: 's3cret' });
      await expect(withoutTenant.measure('1', TIME, never)).rejects.toThrow(
        errorLike(failure({ code: 'metrics-unauthorized', tokenSent: true })),
      );
    } finally {
      await guarded.close();
    }
  });

  it('keeps the path prefix of the address', async () => {
    const prefixed = await open(`${prometheus.url}/prometheus/`);
    await expect(prefixed.measure('1', TIME, never)).rejects.toThrow(
      errorLike(failure({ code: 'metrics-unexpected' }, /\/prometheus\/api\/v1\/query/)),
    );
  });

  it('retries when the server is busy or the connection breaks, waiting by the clock', async () => {
    prometheus.faults.inject(/query/, { kind: 'status', status: 503 });
    prometheus.faults.inject(/query/, { kind: 'reset' });
    expect(await provider.measure('1', TIME, never)).toStrictEqual({ kind: 'value', value: 1 });
    expect(waits.length).toBe(2);
  });

  it('fails with the reason after the last retry', async () => {
    prometheus.faults.inject(
      /query/,
      { kind: 'status', status: 503, body: '{"status":"error","errorType":"unavailable","error":"TSDB not ready"}' },
      3,
    );
    await expect(provider.measure('1', TIME, never)).rejects.toThrow(
      errorLike(failure({ code: 'metrics-unreachable', reason: 'server-error' }, /HTTP 503: TSDB not ready/)),
    );
    const unreachable = await open('http://127.0.0.1:9');
    await expect(unreachable.measure('1', TIME, never)).rejects.toThrow(
      errorLike(failure({ code: 'metrics-unreachable', reason: 'connection' }, /127\.0\.0\.1:9/)),
    );
  });

  it('fails without a retry if the certificate is not trusted', async () => {
    const server = createServer({ cert, key }, (_, response) => response.end());
    const port = await listenOnLoopback(server);
    try {
      const untrusted = await open(`https://127.0.0.1:${port}`);
      await expect(untrusted.measure('1', TIME, never)).rejects.toThrow(
        errorLike(failure({ code: 'metrics-unreachable', reason: 'certificate' })),
      );
      expectWithNote(waits, 'a retry would not help').toStrictEqual([]);
    } finally {
      server.close();
    }
  });

  it('fails if a response is truncated, instead of reading it as empty', async () => {
    prometheus.faults.inject(/query/, { kind: 'truncated', bytes: 30 });
    await expect(provider.measure('1', TIME, never)).rejects.toThrow(
      errorLike(failure({ code: 'metrics-unreachable' })),
    );
  });

  it('fails if the response is a web page', async () => {
    prometheus.faults.inject(/query/, {
      kind: 'status',
      status: 200,
      headers: { 'content-type': 'text/html' },
      body: '<html>Log in</html>',
    });
    await expect(provider.measure('1', TIME, never)).rejects.toThrow(
      errorLike(failure({ code: 'metrics-unexpected' }, /text\/html/)),
    );
  });
});
