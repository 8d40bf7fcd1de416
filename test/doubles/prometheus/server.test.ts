import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { at, stringAt } from '../../../src/json/json.ts';
import { PrometheusDouble } from './server.ts';

const START = 1_767_225_600;
let double: PrometheusDouble;
before(async () => {
  double = await PrometheusDouble.start({
    token: 't0ken',
    headers: { 'x-scope-orgid': 'team-a' },
    scrapeInterval: 10,
    now: () => START * 1000,
  });
});
after(() => double.close());

const allowed = { authorization: 'Bearer t0ken', 'x-scope-orgid': 'team-a' };

function ask(query: string, headers: Record<string, string> = allowed): Promise<Response> {
  return fetch(`${double.url}/api/v1/query?${new URLSearchParams({ query })}`, { headers });
}

test('lets in who has the token and the tenant, and nobody else', async () => {
  assert.equal((await ask('1')).status, 200);
  assert.equal((await ask('1', { 'x-scope-orgid': 'team-a' })).status, 401);
  assert.equal((await ask('1', { authorization: 'Bearer t0ken' })).status, 401);
  assert.equal(double.requests.at(-1)?.parameters.get('query'), '1');
});

test('scrapes at its interval: between two scrapes the last one stands', async () => {
  double.series('clock', {}, (time) => time - START);
  const valueAt = async (time: number) => {
    const url = `${double.url}/api/v1/query?query=clock&time=${START + time}`;
    const body = await (await fetch(url, { headers: allowed })).json();
    return Number(stringAt(body, 'data', 'result', 0, 'value', 1));
  };
  assert.deepEqual([await valueAt(0), await valueAt(9), await valueAt(10), await valueAt(19.9)], [0, 0, 10, 10]);
});

test('answers what a test registers for a query, at the time that its clock says', async () => {
  double.answer('anything at all', (time) => (time === START ? 42 : undefined));
  const body = await (await ask('anything at all')).json();
  assert.deepEqual(at(body, 'data'), { resultType: 'vector', result: [{ metric: {}, value: [START, '42'] }] });
});

test('sends warnings along, and fails as it is told', async () => {
  double.warnings.push('a store is down');
  assert.deepEqual(at(await (await ask('1')).json(), 'warnings'), ['a store is down']);
  double.faults.inject(/query/, { kind: 'status', status: 503 });
  assert.equal((await ask('1')).status, 503);
  double.faults.inject(/query/, { kind: 'reset' });
  await assert.rejects(ask('1'));
  assert.equal((await ask('1')).status, 200);
});

test('refuses what it does not evaluate instead of guessing', async () => {
  const response = await ask('clock offset 5m');
  assert.equal(response.status, 500);
  assert.match(await response.text(), /does not evaluate `offset`/);
});
