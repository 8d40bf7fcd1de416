import { writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contract } from '../../../src/actions/wait-for-rollout/contract.ts';
import { run } from '../../../src/actions/wait-for-rollout/run.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { runAction } from '../../../src/entry/run-action.ts';
import { kubeconfigFor } from '../../fakes/kubernetes/kubeconfig.ts';
import { deployment, digestOf, REPOSITORY } from '../../fakes/kubernetes/workloads.ts';
import { listenOnLoopback } from '../../fakes/loopback.ts';
import { fakeRunner } from '../../fakes/runner.ts';
import { expectWithNote } from '../../jest-support.ts';
import { commandFiles, inputVariables } from '../../runner/command-files.ts';
import { readResult, textOf } from './action-result.ts';
import { ClusterHarness } from './harness.ts';

/** One of two contexts can't be asked: the verdict of the other is told, and this one fails with its own cause. */

let harness: ClusterHarness;
const closers: (() => unknown)[] = [];
beforeEach(async () => {
  harness = await ClusterHarness.open();
  harness.images[`${REPOSITORY}:v1`] = { kind: 'serves', digest: digestOf('1') };
  harness.apply(deployment());
  await harness.pass(5000);
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await harness.close();
});

/** A kubeconfig for the healthy cluster (context `double`) and for another server (context `second`). */
function both(server: string, user: object = {}): Record<string, string> {
  const [first, second] = [join(harness.folder, 'first.yaml'), join(harness.folder, 'second.yaml')];
  writeFileSync(first, harness.kubernetes.kubeconfig);
  const other = kubeconfigFor({ server, name: 'second' }).replace('user: {}', `user: ${JSON.stringify(user)}`);
  writeFileSync(second, other);
  return { KUBECONFIG: `${first}:${second}` };
}
const inputs = { resources: 'deployment/shop', kubeconfig: '', contexts: 'double\nsecond', timeout: '2m' };

/** The address of a server that has just stopped. */
async function closedPort(): Promise<string> {
  const server = createServer();
  const port = await listenOnLoopback(server);
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

async function serverThat(status: number, body: object): Promise<string> {
  const server = createHttpServer((_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  closers.push(
    () => server.close(),
    () => server.closeAllConnections(),
  );
  return `http://127.0.0.1:${await listenOnLoopback(server)}`;
}

const entries = (resources: readonly unknown[]) =>
  resources.map((entry) => ['context', 'name', 'status', 'reason'].map((field) => textOf(entry, field)));

const unauthorized = { kind: 'Status', code: 401, message: 'Unauthorized' };
const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: process.execPath };
const losses: Readonly<
  Record<string, readonly [env: () => Promise<Record<string, string>>, code: string, says: RegExp]>
> = {
  'refuses connections': [
    async () => both(await closedPort()),
    'kubernetes-unreachable',
    /^Context second can't be asked: The API server 127\.0\.0\.1:\d+ \(context second\) does not answer: .*ECONNREFUSED/,
  ],
  'does not accept the credentials': [
    async () => both(await serverThat(401, unauthorized)),
    'kubernetes-unauthorized',
    /^Context second can't be asked: .*does not accept the credentials/,
  ],
  fails: [
    async () => both(await serverThat(500, { kind: 'Status', code: 500, message: 'etcd is gone' })),
    'kubernetes-refused',
    /^Context second can't be asked: .*HTTP 500, etcd is gone/,
  ],
  'is no API server': [
    async () => both(await serverThat(200, {})),
    'kubernetes-refused',
    /^Context second can't be asked: .* is not an API server/,
  ],
  'needs a program that fails': [
    async () =>
      both('http://127.0.0.1:1', {
        exec: { ...exec, args: ['-e', 'console.error("error: no ticket"); process.exit(1)'] },
      }),
    'kubeconfig-exec-failed',
    /^Context second can't be asked: .*failed with exit code 1: error: no ticket/,
  ],
};

describe('wait-for-rollout, one of two clusters', () => {
  it.each(Object.entries(losses))('%s: the other one is current', async (_what, [env, code, says]) => {
    const { exitCode, error, outputs, resources, summary } = await harness.wait(inputs, await env());
    expect(exitCode).toBe(1);
    expectWithNote(error, error).toMatch(says);
    expect(error).toMatch(/\nIn the other contexts: 1 of 1 current\.\n→ ./);
    expect([outputs['result'], outputs['reason']]).toStrictEqual(['failed', code]);
    expect(outputs['message']).toMatch(says);
    expect(entries(resources)).toStrictEqual([
      ['double', 'shop', 'current', 'current'],
      ['second', 'shop', 'unknown', code],
    ]);
    expect(summary).toContain('✗ not reached');
  });

  it('refuses connections: the other one is waited for', async () => {
    harness.images[`${REPOSITORY}:v2`] = { kind: 'serves', digest: digestOf('2'), readyAfterMs: 60_000 };
    harness.apply(deployment({ image: `${REPOSITORY}:v2` }));
    const { resources, error, elapsed } = await harness.wait({ ...inputs, timeout: '10m' }, both(await closedPort()));
    expectWithNote(entries(resources)[0], error).toStrictEqual(['double', 'shop', 'current', 'current']);
    expect(error).toMatch(/^Context second can't be asked: /);
    expectWithNote(elapsed, error).toBeLessThan(300_000);
  });

  it('refuses connections: the other one fails with its own cause', async () => {
    harness.apply(deployment({ image: 'nowhere:1' }));
    const { resources, error, outputs, elapsed } = await harness.wait(inputs, both(await closedPort()));
    expectWithNote(elapsed, error).toBeLessThan(60_000);
    expect(error).toMatch(/^deployment\/shop can't become ready: its image does not exist\n/);
    expect(error).toMatch(
      /\nContext second can't be asked: The API server 127\.0\.0\.1:\d+ \(context second\) does not/,
    );
    expect([outputs['result'], outputs['reason']]).toStrictEqual(['failed', 'image-not-found']);
    expect(entries(resources)).toStrictEqual([
      ['double', 'shop', 'failed', 'image-not-found'],
      ['second', 'shop', 'unknown', 'kubernetes-unreachable'],
    ]);
  });

  it('refuses connections: targets that would be found by their label have one entry', async () => {
    const selected = { ...inputs, resources: '', selector: 'app=shop' };
    const { resources, error } = await harness.wait(selected, both(await closedPort()));
    expectWithNote(entries(resources), error).toStrictEqual([
      ['double', 'shop', 'current', 'current'],
      ['second', '', 'unknown', 'kubernetes-unreachable'],
    ]);
  });

  it('refuses connections: a dry run reports the other one', async () => {
    const { exitCode, error, resources } = await harness.wait(
      { ...inputs, 'dry-run': 'true' },
      both(await closedPort()),
    );
    expect(exitCode).toBe(1);
    expect(error).toMatch(/^Context second can't be asked: /);
    expect(entries(resources)[0]).toStrictEqual(['double', 'shop', 'current', 'current']);
  });

  it('both refuse connections: the error is that of the first', async () => {
    const server = await closedPort();
    const path = join(harness.folder, 'one.yaml');
    writeFileSync(path, kubeconfigFor({ server, name: 'double' }));
    const env = { KUBECONFIG: `${path}:${both(server)['KUBECONFIG']}` };
    const { error } = await harness.wait(inputs, env);
    expect(error).toMatch(/^The API server 127\.0\.0\.1:\d+ \(context double\) does not answer/);
  });

  it('no longer answers during the wait: the time-out names it', async () => {
    const other = await ClusterHarness.open();
    closers.push(() => other.close());
    other.apply(deployment());
    const env = both(other.kubernetes.url);
    harness.after(10_000, () => other.kubernetes.stop());
    closers.push(() => other.kubernetes.restart());
    const { error, resources } = await harness.wait(inputs, env);
    expect(error).toMatch(/^1 of 2 not current within 2 min:\ndeployment\/shop \(context second\): /);
    expect(error).toMatch(
      /\ncontext second no longer tells its state: The API server 127\.0\.0\.1:\d+ \(context second\) does not answer: /,
    );
    expect(error).toMatch(/\n→ Check the server address in the kubeconfig/);
    expect(entries(resources)[0]).toStrictEqual(['double', 'shop', 'current', 'current']);
  });

  it('no longer accepts the credentials during the wait: the outputs tell the state of both', async () => {
    const other = await ClusterHarness.open({ token: 'tok-of-the-other' });
    closers.push(() => other.close());
    other.apply(deployment());
    const env = both(other.kubernetes.url, { token: 'tok-of-the-other' });
    harness.after(10_000, () => {
      other.kubernetes.token = 'renewed-elsewhere';
      other.kubernetes.cutWatches();
    });
    const { error, outputs, resources } = await harness.wait(inputs, env);
    expect(error).toMatch(/does not accept the credentials/);
    expect([outputs['result'], outputs['reason']]).toStrictEqual(['failed', 'kubernetes-unauthorized']);
    expect(entries(resources)).toStrictEqual([
      ['double', 'shop', 'current', 'current'],
      ['second', 'shop', 'progressing', 'progressing'],
    ]);
  });
});

it('a server that never answers takes half of the time at most, and the other cluster gets its verdict', async () => {
  const silent = createServer();
  const port = await listenOnLoopback(silent);
  closers.push(() => silent.close());
  const files = commandFiles(harness.folder);
  const log: string[] = [];
  const variables = {
    ...inputVariables(contract.inputs, { ...inputs, timeout: '4s' }, { token: 'ghs_test' }),
    GITHUB_OUTPUT: files.output,
    GITHUB_STEP_SUMMARY: files.summary,
    RUNNER_TEMP: harness.folder,
    ...both(`http://127.0.0.1:${port}`),
  };
  const began = performance.now();
  const exitCode = await runAction(contract, run, {
    env: variables,
    cwd: harness.folder,
    clock: systemClock,
    runner: fakeRunner(variables, (line) => log.push(line)),
    onCancel: () => {},
  });
  const { error, resources } = readResult(files, { exitCode, log, elapsed: performance.now() - began });
  expectWithNote(performance.now() - began, error).toBeLessThan(4000);
  expect(error).toMatch(
    /^Context second can't be asked: The API server 127\.0\.0\.1:\d+ \(context second\) has not answered/,
  );
  expect(entries(resources)[0]).toStrictEqual(['double', 'shop', 'current', 'current']);
});
