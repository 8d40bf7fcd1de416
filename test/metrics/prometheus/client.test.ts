import { createServer } from 'node:https';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ActionError } from '../../../src/core/error.ts';
import { createHttp } from '../../../src/http/http.ts';
import { openPrometheus } from '../../../src/metrics/prometheus/client.ts';
import type { MetricsProvider, ProviderOptions } from '../../../src/metrics/provider.ts';
import { listenOnLoopback } from '../../fakes/loopback.ts';
import { FakePrometheus } from '../../fakes/prometheus/server.ts';
import { cert, key } from '../../fakes/registry/certificate.ts';
import { errorLike, expectWithNote, invariant } from '../../jest-support.ts';

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

function open(address: string, options: Partial<ProviderOptions> = {}): Promise<MetricsProvider> {
  const defaults = { token: undefined, headers: {}, http, clock, timeout: 2000, onWarning: () => {} };
  return openPrometheus({ address: new URL(address), ...defaults, ...options });
}

/** Matches an ActionError by its code and what its sentences hold. */
function problem(code: string, ...parts: readonly RegExp[]) {
  return (thrown: unknown) => {
    invariant(thrown instanceof ActionError, String(thrown));
    expectWithNote(thrown.code, thrown.message).toBe(code);
    for (const part of parts) expect(`${thrown.message} ${thrown.remedy}`).toMatch(part);
    return true;
  };
}

describe('Prometheus provider', () => {
  let double: FakePrometheus;
  let provider: MetricsProvider;

  beforeAll(async () => {
    double = await FakePrometheus.start();
    double.series('requests_total', { app: 'shop', code: '200' }, (time) => 10 * (time - START));
    double.series('requests_total', { app: 'shop', code: '500' }, (time) => time - START);
    double.series('flaky', {}, (time) => (time % 60 < 30 ? 1 : undefined));
    provider = await open(double.url);
  });
  afterEach(() => {
    double.faults.clear();
    double.warnings.length = 0;
    double.requests.length = 0;
    waits.length = 0;
  });
  afterAll(async () => {
    await double.close();
    await http.close();
  });

  it('measures the one value of a query at a time', async () => {
    expect(await provider.measure('sum(rate(requests_total[1m]))', TIME, never)).toStrictEqual({
      kind: 'value',
      value: 11,
    });
    expect(await provider.measure('2 * 21', TIME, never)).toStrictEqual({ kind: 'value', value: 42 });
    expect(double.requests[0]?.parameters.get('time')).toBe(String(START + 600));
  });

  it('takes an empty result for no data, never for zero', async () => {
    expect(await provider.measure('no_such_metric', TIME, never)).toStrictEqual({ kind: 'no-data', reason: 'empty' });
  });

  it('takes NaN and infinities for no data', async () => {
    for (const query of ['vector(0) / 0', 'vector(1) / 0', '-vector(1) / 0'])
      expect(await provider.measure(query, TIME, never)).toStrictEqual({ kind: 'no-data', reason: 'not-a-number' });
  });

  it('refuses several series where one number is needed', async () => {
    await expect(provider.measure('requests_total', TIME, never)).rejects.toThrow(
      errorLike(problem('query-ambiguous', /gives 2 series/, /"code":"200"/, /sum\(…\)/)),
    );
  });

  it('tells what Prometheus says of a broken query', async () => {
    await expect(provider.measure('sum(requests_total', TIME, never)).rejects.toThrow(
      errorLike(problem('query-invalid', /`sum\(requests_total`/, /unclosed left parenthesis/)),
    );
    await expect(provider.measure('requests_total / ignoring(code) requests_total', TIME, never)).rejects.toThrow(
      errorLike(problem('query-failed', /many-to-many/)),
    );
    await expect(provider.measure('requests_total[5m]', TIME, never)).rejects.toThrow(
      errorLike(problem('query-invalid', /range of samples/, /rate\(…\)/)),
    );
    expectWithNote(waits, 'a broken query is not sent again').toStrictEqual([]);
  });

  it('measures a span, with gaps where there is nothing', async () => {
    double.answer('gappy', (time) =>
      time === START + 60 ? undefined : time === START + 120 ? Number.NaN : time - START,
    );
    const span = { start: START * 1000, end: (START + 180) * 1000, step: 60_000 };
    expect(await provider.measureRange('gappy', span, never)).toStrictEqual([
      { kind: 'value', value: 0 },
      { kind: 'no-data', reason: 'empty' },
      { kind: 'no-data', reason: 'not-a-number' },
      { kind: 'value', value: 180 },
    ]);
  });

  it('asks for long spans in parts, because Prometheus answers 11,000 points at most', async () => {
    const span = { start: START * 1000, end: (START + 25_000) * 1000, step: 1000 };
    const found = await provider.measureRange('vector(1)', span, never);
    expect(found.length).toBe(25_001);
    expect(found.every((each) => each.kind === 'value')).toBeTruthy();
    expect(double.requests.length).toBe(3);
  });

  it('sends a long query as a form', async () => {
    const query = `vector(1) + ${Array.from({ length: 600 }, () => '1').join(' + ')}`;
    expect(await provider.measure(query, TIME, never)).toStrictEqual({ kind: 'value', value: 601 });
    expect(double.requests[0]?.method).toBe('POST');
  });

  it('sends token and headers', async () => {
    const guarded = await FakePrometheus.start({ token: 's3cret', headers: { 'x-scope-orgid': 'team-a' } });
    try {
      const right = await open(guarded.url, { token: 's3cret', headers: { 'X-Scope-OrgID': 'team-a' } });
      expect(await right.measure('1', TIME, never)).toStrictEqual({ kind: 'value', value: 1 });
      const anonymous = await open(guarded.url);
      await expect(anonymous.measure('1', TIME, never)).rejects.toThrow(
        errorLike(problem('metrics-unauthorized', /HTTP 401/, /`token`/)),
      );
      const tenantless = await open(guarded.url, { token: 's3cret' });
      await expect(tenantless.measure('1', TIME, never)).rejects.toThrow(
        errorLike(problem('metrics-unauthorized', /`headers`/)),
      );
    } finally {
      await guarded.close();
    }
  });

  it('keeps a path prefix of the address', async () => {
    const prefixed = await open(`${double.url}/prometheus/`);
    await expect(prefixed.measure('1', TIME, never)).rejects.toThrow(
      errorLike(problem('metrics-unexpected', /\/prometheus\/api\/v1\/query/)),
    );
  });

  it('asks again when the server is busy or the connection breaks, waiting by the clock', async () => {
    double.faults.inject(/query/, { kind: 'status', status: 503 });
    double.faults.inject(/query/, { kind: 'reset' });
    expect(await provider.measure('1', TIME, never)).toStrictEqual({ kind: 'value', value: 1 });
    expect(waits.length).toBe(2);
  });

  it('gives up in the end, with the reason', async () => {
    double.faults.inject(
      /query/,
      { kind: 'status', status: 503, body: '{"status":"error","errorType":"unavailable","error":"TSDB not ready"}' },
      3,
    );
    await expect(provider.measure('1', TIME, never)).rejects.toThrow(
      errorLike(problem('metrics-unreachable', /HTTP 503: TSDB not ready/)),
    );
    const nowhere = await open('http://127.0.0.1:9');
    await expect(nowhere.measure('1', TIME, never)).rejects.toThrow(
      errorLike(problem('metrics-unreachable', /127\.0\.0\.1:9/, /`address`/)),
    );
  });

  it('does not trust a certificate that nobody vouches for, and says how to vouch', async () => {
    const server = createServer({ cert, key }, (_, response) => response.end());
    const port = await listenOnLoopback(server);
    try {
      const untrusted = await open(`https://127.0.0.1:${port}`);
      await expect(untrusted.measure('1', TIME, never)).rejects.toThrow(
        errorLike(problem('metrics-unreachable', /NODE_EXTRA_CA_CERTS/)),
      );
      expectWithNote(waits, 'asking again would not help').toStrictEqual([]);
    } finally {
      server.close();
    }
  });

  it('does not take a truncated answer for an empty one', async () => {
    double.faults.inject(/query/, { kind: 'truncated', bytes: 30 });
    await expect(provider.measure('1', TIME, never)).rejects.toThrow(errorLike(problem('metrics-unreachable')));
  });

  it('does not take a web page for an answer', async () => {
    double.faults.inject(/query/, {
      kind: 'status',
      status: 200,
      headers: { 'content-type': 'text/html' },
      body: '<html>Log in</html>',
    });
    await expect(provider.measure('1', TIME, never)).rejects.toThrow(
      errorLike(problem('metrics-unexpected', /text\/html/, /`address`/)),
    );
  });

  it('passes on each warning once', async () => {
    const told: string[] = [];
    const listening = await open(double.url, { onWarning: (text) => told.push(text) });
    double.warnings.push('one store is down');
    await listening.measure('1', TIME, never);
    await listening.measure('1', TIME, never);
    expect(told).toStrictEqual(['one store is down']);
  });

  it('quotes a label value so that it stays inside its string', async () => {
    double.series('up', { track: 'a"} or vector(1) #\\' }, () => 7);
    const query = `up{track="${provider.quote('a"} or vector(1) #\\')}"}`;
    expect(await provider.measure(query, TIME, never)).toStrictEqual({ kind: 'value', value: 7 });
  });

  it('stops when the job is cancelled', async () => {
    const cancelled = AbortSignal.abort(new Error('cancelled'));
    await expect(provider.measure('1', TIME, cancelled)).rejects.toThrow(/cancelled/);
  });
});
