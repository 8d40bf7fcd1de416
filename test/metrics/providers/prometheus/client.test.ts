import { createServer } from 'node:https';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createHttp } from '../../../../src/http/http.ts';
import { MetricsError, type MetricsFailure } from '../../../../src/metrics/error.ts';
import type { MetricsProvider, MetricsProviderOptions } from '../../../../src/metrics/provider.ts';
import { openPrometheus } from '../../../../src/metrics/providers/prometheus/client.ts';
import { listenOnLoopback } from '../../../fakes/loopback.ts';
import { FakePrometheus } from '../../../fakes/prometheus/server.ts';
import { cert, key } from '../../../fakes/registry/certificate.ts';
import { errorLike, expectWithNote, invariant } from '../../../jest-support.ts';

const START = 1_767_225_600;
const TIME = (START + 600) * 1000;
const http = createHttp({ env: {}, userAgent: 'test' });
const never = new AbortController().signal;
const waits: number[] = [];
const clock = {
  now: () => TIME,
  async sleep(ms: number) {
    waits.push(ms);
  },
};

function open(address: string, options: Partial<MetricsProviderOptions> = {}): Promise<MetricsProvider> {
  const defaults = { token: undefined, headers: {}, http, clock, timeout: 2000, onWarning: () => {} };
  return openPrometheus({ address: new URL(address), ...defaults, ...options });
}

/** Matches a MetricsError by its facts and its text: the message and the advice on the query. */
function failure(facts: Partial<MetricsFailure>, ...texts: readonly RegExp[]) {
  return (thrown: unknown) => {
    invariant(thrown instanceof MetricsError, String(thrown));
    expectWithNote(thrown.failure, thrown.message).toMatchObject(facts);
    const advice = 'advice' in thrown.failure ? thrown.failure.advice : '';
    for (const text of texts) expect(`${thrown.message} ${advice}`).toMatch(text);
    return true;
  };
}

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

describe('Prometheus client, measuring a query at a time', () => {
  it('returns the value of a vector with one sample, or of a scalar', async () => {
    expect(await provider.measure('sum(rate(requests_total[1m]))', TIME, never)).toStrictEqual({
      kind: 'value',
      value: 11,
    });
    expect(await provider.measure('2 * 21', TIME, never)).toStrictEqual({ kind: 'value', value: 42 });
    expect(prometheus.requests[0]?.parameters.get('time')).toBe(String(START + 600));
  });

  it('returns no data for an empty result, never zero', async () => {
    expect(await provider.measure('no_such_metric', TIME, never)).toStrictEqual({ kind: 'no-data', reason: 'empty' });
  });

  it('returns no data for NaN and infinities', async () => {
    for (const query of ['vector(0) / 0', 'vector(1) / 0', '-vector(1) / 0'])
      expect(await provider.measure(query, TIME, never)).toStrictEqual({ kind: 'no-data', reason: 'not-a-number' });
  });

  it('rejects a result with several series', async () => {
    await expect(provider.measure('requests_total', TIME, never)).rejects.toThrow(
      errorLike(failure({ code: 'query-ambiguous' }, /returns 2 series/, /"code":"200"/, /sum\(…\)/)),
    );
  });

  it("reports Prometheus' own error for an invalid query, without sending it again", async () => {
    await expect(provider.measure('sum(requests_total', TIME, never)).rejects.toThrow(
      errorLike(failure({ code: 'query-invalid' }, /`sum\(requests_total`/, /unclosed left parenthesis/)),
    );
    await expect(provider.measure('requests_total / ignoring(code) requests_total', TIME, never)).rejects.toThrow(
      errorLike(failure({ code: 'query-failed' }, /many-to-many/)),
    );
    await expect(provider.measure('requests_total[5m]', TIME, never)).rejects.toThrow(
      errorLike(failure({ code: 'query-invalid' }, /range of samples/, /rate\(…\)/)),
    );
    expectWithNote(waits, 'an invalid query is not sent again').toStrictEqual([]);
  });

  it('sends a long query as a form', async () => {
    const query = `vector(1) + ${Array.from({ length: 600 }, () => '1').join(' + ')}`;
    expect(await provider.measure(query, TIME, never)).toStrictEqual({ kind: 'value', value: 601 });
    expect(prometheus.requests[0]?.method).toBe('POST');
  });

  it('reports each warning of the server once', async () => {
    const warnings: string[] = [];
    const listening = await open(prometheus.url, { onWarning: (text) => warnings.push(text) });
    prometheus.warnings.push('one store is down');
    await listening.measure('1', TIME, never);
    await listening.measure('1', TIME, never);
    expect(warnings).toStrictEqual(['one store is down']);
  });

  it('finds a series whose label value contains quotes, with the value substituted into the query', async () => {
    const value = 'a"} or vector(1) #\\';
    prometheus.series('up', { track: value }, () => 7);
    const query = provider.substitute('up{track="VALUE"}', /VALUE/, value);
    expect(await provider.measure(query, TIME, never)).toStrictEqual({ kind: 'value', value: 7 });
  });

  it('stops when the job is cancelled', async () => {
    const cancelled = AbortSignal.abort(new Error('cancelled'));
    await expect(provider.measure('1', TIME, cancelled)).rejects.toThrow(/cancelled/);
  });
});

describe('Prometheus client, measuring a query over a time range', () => {
  it('returns a measurement for each time, with no data for gaps', async () => {
    prometheus.answer('gappy', (time) =>
      time === START + 60 ? undefined : time === START + 120 ? Number.NaN : time - START,
    );
    const range = { start: START * 1000, end: (START + 180) * 1000, step: 60_000 };
    expect(await provider.measureRange('gappy', range, never)).toStrictEqual([
      { kind: 'value', value: 0 },
      { kind: 'no-data', reason: 'empty' },
      { kind: 'no-data', reason: 'not-a-number' },
      { kind: 'value', value: 180 },
    ]);
  });

  it('splits a long range, because Prometheus returns at most 11,000 points', async () => {
    const range = { start: START * 1000, end: (START + 25_000) * 1000, step: 1000 };
    const found = await provider.measureRange('vector(1)', range, never);
    expect(found.length).toBe(25_001);
    expect(found.every((each) => each.kind === 'value')).toBeTruthy();
    expect(prometheus.requests.length).toBe(3);
  });
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
