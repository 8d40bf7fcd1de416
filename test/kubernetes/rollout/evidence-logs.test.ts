import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Secrets } from '../../../src/core/secrets.ts';
import type { Finding } from '../../../src/kubernetes/failures/findings.ts';
import { lastLines } from '../../../src/kubernetes/rollout/evidence-logs.ts';
import { FakeKubernetes } from '../../fakes/kubernetes/server.ts';
import { type Connected, connect } from '../connect.ts';
import { pod } from '../objects.ts';

let fake: FakeKubernetes;
let connected: Connected;
const secrets = new Secrets();
secrets.add('hunter2-hunter2');

beforeEach(async () => {
  fake = await FakeKubernetes.start();
  connected = await connect({ kubeconfig: fake.kubeconfig });
  fake.apply({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'shop', namespace: 'staging' },
    spec: { containers: [{ name: 'app', image: 'shop:1' }] },
  });
});
afterEach(async () => {
  await connected.close();
  await fake.stop();
});

const crashed = (
  restarts: number,
  source: Finding['evidence']['source'] = 'crash',
  state: object = restarts > 0 ? { running: {} } : { terminated: {} },
): Finding => ({
  cause: 'crash-loop',
  key: 'uid/app/crash-loop',
  isFinal: true,
  evidence: { source, reason: 'Error', message: '', restarts, container: 'app', object: pod({ name: 'shop', state }) },
});
const read = (finding: Finding, count = 20) => lastLines(connected.client, finding, count, secrets);

test('the last lines are those of the crashed instance, not of the one that has just started', async () => {
  fake.setLogs('staging', 'shop', 'app', 'starting\n');
  fake.setLogs('staging', 'shop', 'app', 'one\ntwo\r\n\nFATAL\n', { previous: true });
  expect(await read(crashed(2))).toStrictEqual({ pod: 'shop', container: 'app', lines: ['one', 'two', 'FATAL'] });
  expect((await read(crashed(2), 2))?.lines).toStrictEqual(['FATAL']);
});

test('without a previous instance, the last lines are those of the running one', async () => {
  fake.setLogs('staging', 'shop', 'app', 'only this\n');
  expect((await read(crashed(2)))?.lines).toStrictEqual(['only this']);
  expect((await read(crashed(0)))?.lines).toStrictEqual(['only this']);
  expect(fake.requests.filter(({ query }) => query.get('previous') === 'true').length).toBe(1);
});

test('of a terminated or waiting container the current log is read, because the previous one has been removed', async () => {
  fake.setLogs('staging', 'shop', 'app', 'FATAL\n');
  fake.setLogs('staging', 'shop', 'app', 'unable to retrieve container logs for containerd://568fa0', {
    previous: true,
  });
  for (const state of [{ terminated: {} }, { waiting: {} }, { running: {} }]) {
    expect((await read(crashed(1, 'crash', state)))?.lines).toStrictEqual(['FATAL']);
  }
});

test('secrets and terminal sequences are removed from the lines', async () => {
  fake.setLogs('staging', 'shop', 'app', `\u001b[31mpassword hunter2-hunter2\u001b[0m \u0007\n${'x'.repeat(900)}\n`);
  const lines = (await read(crashed(0)))?.lines ?? [];
  expect(lines[0]).toBe('password *** ');
  expect(lines[1]?.length).toBe(500);
});

test.each(['\u001b[1m', '\u001b[38:5:1m', '\u001b(B\u001b[m', '\u001b]8;;https://a.example\u0007', '\u001b[>4;2m'])(
  'a credential is hidden in spite of the terminal sequence %j',
  async (sequence) => {
    fake.setLogs('staging', 'shop', 'app', `${sequence}password${sequence}=${sequence}hunter2\n`);
    expect((await read(crashed(0)))?.lines).toStrictEqual(['password=***']);
  },
);

test('credentials that the pod prints are hidden, over several lines as well', async () => {
  const key = ['-----BEGIN PRIVATE KEY-----', 'aB3d'.repeat(16), 'gH9k'.repeat(16), '-----END PRIVATE KEY-----'].join(
    '\n',
  );
  fake.setLogs('staging', 'shop', 'app', `start\nDB_\u001b[1mPASSWORD\u001b[0m=hunter2\n${key}\r\npanic\n`);
  expect((await read(crashed(0)))?.lines).toStrictEqual(['start', 'DB_PASSWORD=***', '***', 'panic']);
});

test('there are no lines if nothing ran, the account may not read logs, or the count is 0', async () => {
  expect(await read(crashed(0, 'waiting'))).toBeUndefined();
  expect(await read(crashed(0), 0)).toBeUndefined();
  expect(fake.requests.length).toBe(0);
  expect(await read(crashed(1))).toBeUndefined();
  fake.deny({ resource: 'pods', subresource: 'log' });
  fake.setLogs('staging', 'shop', 'app', 'hidden\n');
  expect(await read(crashed(0))).toBeUndefined();
});
