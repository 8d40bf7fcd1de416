import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Secrets } from '../../../src/core/secrets.ts';
import type { Finding } from '../../../src/kubernetes/failures/findings.ts';
import { lastLines } from '../../../src/kubernetes/rollout/evidence-logs.ts';
import { FakeKubernetes } from '../../fakes/kubernetes/server.ts';
import { type Connected, connect } from '../client.ts';
import { pod } from '../objects.ts';

let double: FakeKubernetes;
let connected: Connected;
const secrets = new Secrets();
secrets.add('hunter2-hunter2');

beforeEach(async () => {
  double = await FakeKubernetes.start();
  connected = await connect({ kubeconfig: double.kubeconfig });
  double.apply({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'shop', namespace: 'staging' },
    spec: { containers: [{ name: 'app', image: 'shop:1' }] },
  });
});
afterEach(async () => {
  await connected.close();
  await double.stop();
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

test('the last lines are those of the instance that crashed, not of the one that has just begun', async () => {
  double.setLogs('staging', 'shop', 'app', 'starting\n');
  double.setLogs('staging', 'shop', 'app', 'one\ntwo\r\n\nFATAL\n', { previous: true });
  expect(await read(crashed(2))).toStrictEqual({ pod: 'shop', container: 'app', lines: ['one', 'two', 'FATAL'] });
  expect((await read(crashed(2), 2))?.lines).toStrictEqual(['FATAL']);
});

test('where the earlier instance is gone, or there was none, the running one tells', async () => {
  double.setLogs('staging', 'shop', 'app', 'only this\n');
  expect((await read(crashed(2)))?.lines).toStrictEqual(['only this']);
  expect((await read(crashed(0)))?.lines).toStrictEqual(['only this']);
  expect(double.requests.filter(({ query }) => query.get('previous') === 'true').length).toBe(1);
});

test('of an instance that has ended, or waits to be started again, the current log is the one; the one before is gone', async () => {
  double.setLogs('staging', 'shop', 'app', 'FATAL\n');
  double.setLogs('staging', 'shop', 'app', 'unable to retrieve container logs for containerd://568fa0', {
    previous: true,
  });
  for (const state of [{ terminated: {} }, { waiting: {} }, { running: {} }]) {
    expect((await read(crashed(1, 'crash', state)))?.lines).toStrictEqual(['FATAL']);
  }
});

test('lines are told without secrets and without what a terminal would do', async () => {
  double.setLogs('staging', 'shop', 'app', `\u001b[31mpassword hunter2-hunter2\u001b[0m \u0007\n${'x'.repeat(900)}\n`);
  const lines = (await read(crashed(0)))?.lines ?? [];
  expect(lines[0]).toBe('password *** ');
  expect(lines[1]?.length).toBe(500);
});

test('there are none where nothing ran, nothing may be read, or nobody asks for them', async () => {
  expect(await read(crashed(0, 'waiting'))).toBeUndefined();
  expect(await read(crashed(0), 0)).toBeUndefined();
  expect(double.requests.length).toBe(0);
  expect(await read(crashed(1))).toBeUndefined();
  double.deny({ resource: 'pods', subresource: 'log' });
  double.setLogs('staging', 'shop', 'app', 'hidden\n');
  expect(await read(crashed(0))).toBeUndefined();
});
