import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { at, stringAt } from '../../../src/json/json.ts';
import { FakePrometheus } from './server.ts';

const START = 1_767_225_600;
let double: FakePrometheus;
beforeAll(async () => {
  double = await FakePrometheus.start({
    token: 't0ken',
    headers: { 'x-scope-orgid': 'team-a' },
    scrapeInterval: 10,
    now: () => START * 1000,
  });
});
afterAll(() => double.close());

const allowed = { authorization: 'Bearer t0ken', 'x-scope-orgid': 'team-a' };

function ask(query: string, headers: Record<string, string> = allowed): Promise<Response> {
  return fetch(`${double.url}/api/v1/query?${new URLSearchParams({ query })}`, { headers });
}

test('lets in who has the token and the tenant, and nobody else', async () => {
  expect((await ask('1')).status).toBe(200);
  expect((await ask('1', { 'x-scope-orgid': 'team-a' })).status).toBe(401);
  expect((await ask('1', { authorization: 'Bearer t0ken' })).status).toBe(401);
  expect(double.requests.at(-1)?.parameters.get('query')).toBe('1');
});

test('scrapes at its interval: between two scrapes the last one stands', async () => {
  double.series('clock', {}, (time) => time - START);
  const valueAt = async (time: number) => {
    const url = `${double.url}/api/v1/query?query=clock&time=${START + time}`;
    const body = await (await fetch(url, { headers: allowed })).json();
    return Number(stringAt(body, 'data', 'result', 0, 'value', 1));
  };
  expect([await valueAt(0), await valueAt(9), await valueAt(10), await valueAt(19.9)]).toStrictEqual([0, 0, 10, 10]);
});

test('answers what a test registers for a query, at the time that its clock says', async () => {
  double.answer('anything at all', (time) => (time === START ? 42 : undefined));
  const body = await (await ask('anything at all')).json();
  expect(at(body, 'data')).toStrictEqual({ resultType: 'vector', result: [{ metric: {}, value: [START, '42'] }] });
});

test('sends warnings along, and fails as it is told', async () => {
  double.warnings.push('a store is down');
  expect(at(await (await ask('1')).json(), 'warnings')).toStrictEqual(['a store is down']);
  double.faults.inject(/query/, { kind: 'status', status: 503 });
  expect((await ask('1')).status).toBe(503);
  double.faults.inject(/query/, { kind: 'reset' });
  await expect(ask('1')).rejects.toBeDefined();
  expect((await ask('1')).status).toBe(200);
});

test('refuses what it does not evaluate instead of guessing', async () => {
  const response = await ask('clock offset 5m');
  expect(response.status).toBe(500);
  expect(await response.text()).toMatch(/does not evaluate `offset`/);
});
