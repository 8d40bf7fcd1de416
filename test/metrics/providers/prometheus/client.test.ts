import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { MetricsProvider } from '../../../../src/metrics/provider.ts';
import { FakePrometheus } from '../../../fakes/prometheus/server.ts';
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
