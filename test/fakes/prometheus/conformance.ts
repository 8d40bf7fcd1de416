import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { at, listAt, stringAt } from '../../../src/json/json.ts';
import { expectWithNote } from '../../jest-support.ts';
import { instants, invalidRanges, refusals } from './expectations.ts';
import { fixture } from './fixture.ts';
import type { FakePrometheus } from './server.ts';

/**
 * Tests that the fake and the real Prometheus must both pass. The real one gets `openMetrics(start)` through
 * `promtool tsdb create-blocks-from openmetrics`, the fake gets the same series from `feed`.
 */
const SCRAPE_INTERVAL = 15;
const SPAN = 1800;

/** Adds the series of the fixture to the fake. @param start seconds since the epoch, a multiple of 60 */
export function feed(prometheus: FakePrometheus, start: number): void {
  for (const { name, labels, at: valueAt } of fixture)
    prometheus.series(name, labels, (time) =>
      time < start || time > start + SPAN ? undefined : valueAt(time - start),
    );
}

/** The series of the fixture as OpenMetrics text. */
export function openMetrics(start: number): string {
  const lines: string[] = [];
  for (const { name, labels, at: valueAt } of fixture)
    for (let elapsed = 0; elapsed <= SPAN; elapsed += SCRAPE_INTERVAL) {
      const value = valueAt(elapsed);
      const selector = Object.entries(labels)
        .map(([label, text]) => `${label}="${text.replace(/["\\]/g, (char) => `\\${char}`)}"`)
        .join(',');
      if (value !== undefined) lines.push(`${name}{${selector}} ${value} ${start + elapsed}`);
    }
  return `${lines.join('\n')}\n# EOF\n`;
}

interface Server {
  readonly address: string;
  /** The start of the fixture, in seconds since the epoch. */
  readonly start: number;
  readonly close: () => Promise<void>;
}

/** Registers the tests for one server. */
export function conformance(name: string, start: () => Promise<Server>): void {
  describe(`${name}: Prometheus' query API`, () => {
    let server: Server;
    beforeAll(async () => {
      server = await start();
    });
    afterAll(() => server.close());

    const send = async (operation: string, parameters: Readonly<Record<string, string | number>>, method = 'GET') => {
      const form = new URLSearchParams();
      for (const [key, value] of Object.entries(parameters)) form.set(key, String(value));
      const url = `${server.address}/api/v1/${operation}`;
      const response = await (method === 'POST'
        ? fetch(url, { method, body: form })
        : fetch(`${url}?${form}`, { method }));
      const text = await response.text();
      const json = response.headers.get('content-type')?.startsWith('application/json') ?? false;
      return { status: response.status, text, body: json ? JSON.parse(text) : undefined };
    };

    it.each(instants)('evaluates %s at %s s', async (query, elapsed, expected) => {
      const { status, body } = await send('query', { query, time: server.start + elapsed });
      expectWithNote(status, JSON.stringify(body)).toBe(200);
      expect(stringAt(body, 'data', 'resultType')).toBe('vector');
      const found = listAt(body, 'data', 'result');
      expect(found.map(labelText).sort()).toStrictEqual(Object.keys(expected).sort());
      for (const row of found) {
        expect(at(row, 'value', 0)).toBe(server.start + elapsed);
        assertValue(stringAt(row, 'value', 1), expected[labelText(row)]);
      }
    });

    it.each(refusals)('rejects the query "%s"', async (query, status, type, message) => {
      const answer = await send('query', { query, time: server.start + 600 });
      expect(answer.status).toBe(status);
      expect(stringAt(answer.body, 'status')).toBe('error');
      expect(stringAt(answer.body, 'errorType')).toBe(type);
      expect(stringAt(answer.body, 'error') ?? '').toMatch(message);
    });

    it('keeps the name of a selected series, and drops it from a computed one', async () => {
      const time = server.start + 600;
      const { body: selected } = await send('query', { query: 'temperature', time });
      expect(at(selected, 'data', 'result', 0, 'metric')).toStrictEqual({ __name__: 'temperature', room: 'a' });
      const { body: computed } = await send('query', { query: 'temperature * 2', time });
      expect(at(computed, 'data', 'result', 0, 'metric')).toStrictEqual({ room: 'a' });
    });

    it('returns scalars and strings with their own result types', async () => {
      const time = server.start;
      const { body: scalar } = await send('query', { query: '1 / 3', time });
      expect(scalar).toStrictEqual({
        status: 'success',
        data: { resultType: 'scalar', result: [time, '0.3333333333333333'] },
      });
      const { body: string } = await send('query', { query: '"text"', time });
      expect(string).toStrictEqual({ status: 'success', data: { resultType: 'string', result: [time, 'text'] } });
    });

    it('formats very small and very large numbers like Go', async () => {
      for (const [query, written] of [
        ['vector(1e-7)', '1e-07'],
        ['vector(1e21)', '1e+21'],
        ['vector(0.1 + 0.2)', '0.30000000000000004'],
      ] as const) {
        const { body } = await send('query', { query, time: server.start });
        expect(stringAt(body, 'data', 'result', 0, 'value', 1)).toBe(written);
      }
    });

    it('accepts the parameters as a form', async () => {
      const { status, body } = await send('query', { query: 'temperature', time: server.start + 600 }, 'POST');
      expect(status).toBe(200);
      expect(stringAt(body, 'data', 'result', 0, 'value', 1)).toBe('30');
    });

    it('returns a point for each step of a range that has a value', async () => {
      const range = { start: server.start + 570, end: server.start + 930, step: 30 };
      const { body } = await send('query_range', { query: 'temperature', ...range });
      expect(stringAt(body, 'data', 'resultType')).toBe('matrix');
      const values = listAt(body, 'data', 'result', 0, 'values');
      expect(values[0]).toStrictEqual([range.start, '29.5']);
      // The last sample, 600 s after the start, counts for another five minutes.
      expect(values.at(-1)).toStrictEqual([server.start + 900, '30']);
      expect(values.length).toBe(12);
    });

    it('returns the range of a scalar, the empty range of an unknown series, and accepts a duration as the step', async () => {
      const range = { start: server.start, end: server.start + 60, step: '30s' };
      const { body: scalar } = await send('query_range', { query: '1', ...range });
      expect(at(scalar, 'data', 'result', 0)).toStrictEqual({
        metric: {},
        values: [0, 30, 60].map((elapsed) => [server.start + elapsed, '1']),
      });
      const { body: nothing } = await send('query_range', { query: 'no_such_metric', ...range });
      expect(at(nothing, 'data', 'result')).toStrictEqual([]);
    });

    it.each(invalidRanges)('rejects a range with %s', async (_reason, range, message) => {
      const { status, body } = await send('query_range', { query: 'temperature', ...range });
      expect(status).toBe(400);
      expect(stringAt(body, 'errorType')).toBe('bad_data');
      expect(stringAt(body, 'error') ?? '').toMatch(message);
    });

    it('accepts 11,000 steps', async () => {
      expect((await send('query_range', { query: 'temperature', start: 0, end: 11000, step: 1 })).status).toBe(200);
    });

    it('rejects a range of a range vector', async () => {
      const { status, body } = await send('query_range', { query: 'temperature[5m]', start: 0, end: 10, step: 5 });
      expect(status).toBe(400);
      expect(stringAt(body, 'error') ?? '').toMatch(
        /invalid expression type "range vector" for range query, must be Scalar or instant Vector$/,
      );
    });

    it('rejects an invalid time', async () => {
      const { status, body } = await send('query', { query: 'temperature', time: 'abc' });
      expect(status).toBe(400);
      expect(stringAt(body, 'error') ?? '').toMatch(
        /^invalid parameter "time".*cannot parse "abc" to a valid timestamp$/,
      );
    });

    it('returns 404 for other paths and 405 for other methods', async () => {
      expect((await send('nope', {})).status).toBe(404);
      expect((await send('query', { query: '1' }, 'PUT')).status).toBe(405);
    });
  });
}

function labelText(row: unknown): string {
  const metric = at(row, 'metric');
  return Object.entries(typeof metric === 'object' && metric !== null ? metric : {})
    .filter(([label]) => label !== '__name__')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, value]) => `${label}="${String(value)}"`)
    .join(',');
}

function assertValue(written: string | undefined, expected: number | undefined): void {
  const actual =
    written === '+Inf' ? Number.POSITIVE_INFINITY : written === '-Inf' ? Number.NEGATIVE_INFINITY : Number(written);
  if (expected === undefined || !Number.isFinite(expected)) expect(actual).toBe(expected);
  else
    expectWithNote(Math.abs(actual - expected), `${written} is not ${expected}`).toBeLessThanOrEqual(
      1e-9 * Math.max(1, Math.abs(expected)),
    );
}
