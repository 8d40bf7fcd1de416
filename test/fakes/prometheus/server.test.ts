import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { at, stringAt } from '../../../src/json/json.ts';
import { FakePrometheus } from './server.ts';

const START = 1_767_225_600;
let prometheus: FakePrometheus;
beforeAll(async () => {
  prometheus = await FakePrometheus.start({
    token: 't0ken',
    headers: { 'x-scope-orgid': 'team-a' },
    scrapeInterval: 10,
    now: () => START * 1000,
  });
});
afterAll(() => prometheus.close());

const allowed = { authorization: 'Bearer t0ken', 'x-scope-orgid': 'team-a' };

function query(promql: string, headers: Record<string, string> = allowed): Promise<Response> {
  return fetch(`${prometheus.url}/api/v1/query?${new URLSearchParams({ query: promql })}`, { headers });
}

test('rejects requests without the token or the tenant header', async () => {
  expect((await query('1')).status).toBe(200);
  expect((await query('1', { 'x-scope-orgid': 'team-a' })).status).toBe(401);
  expect((await query('1', { authorization: 'Bearer t0ken' })).status).toBe(401);
  expect(prometheus.requests.at(-1)?.parameters.get('query')).toBe('1');
});

test('returns the value of the last scrape between two scrapes', async () => {
  prometheus.series('clock', {}, (time) => time - START);
  const valueAt = async (time: number) => {
    const url = `${prometheus.url}/api/v1/query?query=clock&time=${START + time}`;
    const body = await (await fetch(url, { headers: allowed })).json();
    return Number(stringAt(body, 'data', 'result', 0, 'value', 1));
  };
  expect([await valueAt(0), await valueAt(9), await valueAt(10), await valueAt(19.9)]).toStrictEqual([0, 0, 10, 10]);
});

test('returns the result that a test has set for a query, at the current time of its clock', async () => {
  prometheus.answer('anything at all', (time) => (time === START ? 42 : undefined));
  const body = await (await query('anything at all')).json();
  expect(at(body, 'data')).toStrictEqual({ resultType: 'vector', result: [{ metric: {}, value: [START, '42'] }] });
});

test('sends the warnings and injects the faults that a test has set', async () => {
  prometheus.warnings.push('a store is down');
  expect(at(await (await query('1')).json(), 'warnings')).toStrictEqual(['a store is down']);
  prometheus.faults.inject(/query/, { kind: 'status', status: 503 });
  expect((await query('1')).status).toBe(503);
  prometheus.faults.inject(/query/, { kind: 'reset' });
  await expect(query('1')).rejects.toBeDefined();
  expect((await query('1')).status).toBe(200);
});

test('rejects PromQL that it does not support', async () => {
  const response = await query('clock offset 5m');
  expect(response.status).toBe(500);
  expect(await response.text()).toMatch(/does not evaluate `offset`/);
});
