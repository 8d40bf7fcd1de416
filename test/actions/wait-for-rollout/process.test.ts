import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contract } from '../../../src/actions/wait-for-rollout/contract.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { at, parseJson, stringAt } from '../../../src/json/json.ts';
import { type Controllers, startControllers } from '../../fakes/kubernetes/controllers/controllers.ts';
import { FakeKubernetes } from '../../fakes/kubernetes/server.ts';
import { deployment, digestOf, REPOSITORY } from '../../fakes/kubernetes/workloads.ts';
import { MiddleProxy } from '../../fakes/middle-proxy.ts';
import { expectWithNote } from '../../jest-support.ts';
import { commandFiles, inputVariables, readKeyValues } from '../../runner/command-files.ts';

const INDEX = join(import.meta.dirname, '..', '..', '..', 'src', 'actions', 'wait-for-rollout', 'index.ts');
const DIGEST = digestOf('1');

let kubernetes: FakeKubernetes;
let controllers: Controllers;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wait-for-rollout-process-'));
  kubernetes = await FakeKubernetes.start({ token: 'a-token-of-the-test' });
  controllers = startControllers({
    store: kubernetes.store,
    clock: systemClock,
    images: (reference) => (reference.endsWith(':v1') ? { kind: 'serves', digest: DIGEST } : undefined),
    pullMs: 50,
    replicasReadyAfter: 200,
  });
});
afterEach(async () => {
  await controllers.stop();
  await kubernetes.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the action in a process of its own, as a runner does. */
async function step(inputs: Readonly<Record<string, string>>, started: (child: ChildProcess) => void = () => {}) {
  const files = commandFiles(folder);
  const child = spawn(process.execPath, [INDEX], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      ...inputVariables(contract.inputs, { kubeconfig: kubernetes.kubeconfig, ...inputs }, {}),
      GITHUB_OUTPUT: files.output,
      GITHUB_STEP_SUMMARY: files.summary,
      RUNNER_TEMP: folder,
    },
  });
  let log = '';
  child.stdout.on('data', (text) => {
    log += text;
  });
  child.stderr.on('data', (text) => {
    log += text;
  });
  started(child);
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { exitCode, log, outputs: readKeyValues(readFileSync(files.output, 'utf8')) };
}

describe('wait-for-rollout in a process of its own', () => {
  it('waits for a release and exits with 0', async () => {
    kubernetes.apply(deployment());
    const { exitCode, log, outputs } = await step({ resources: 'deployment/shop', image: `${REPOSITORY}@${DIGEST}` });
    expectWithNote(exitCode, log).toBe(0);
    expect(outputs['result']).toBe('current');
    expect(log).toMatch(/✓ 1 of 1 current after/);
    expect(readFileSync(join(folder, 'delivery-records.jsonl'), 'utf8')).toMatch(/"action":"wait-for-rollout"/);
  });

  it('exits with 1 for a release that fails', async () => {
    kubernetes.apply(deployment({ image: `${REPOSITORY}:v2` }));
    const { exitCode, log, outputs } = await step({ resources: 'deployment/shop', grace: 'image-not-found=0s' });
    expectWithNote(exitCode, log).toBe(1);
    expect(outputs['reason']).toBe('image-not-found');
    expect(log).toMatch(/::error title=wait-for-rollout%3A image-not-found::deployment\/shop can't become ready/);
    expect(log.replaceAll(/::add-mask::.*/g, '')).not.toMatch(/a-token-of-the-test/);
  });

  it('gets a new token from an exec plugin whenever the last one has expired or is refused', async () => {
    // The plugin numbers its tokens. Every 2 s the server refuses the current one, before it expires, and accepts only the next.
    const counter = join(folder, 'minted');
    writeFileSync(counter, '');
    const script = [
      `const fs = require('node:fs'); fs.appendFileSync(${JSON.stringify(counter)}, 'x');`,
      `const token = 'token-' + fs.readFileSync(${JSON.stringify(counter)}, 'utf8').length;`,
      'const expirationTimestamp = new Date(Date.now() + 5000).toISOString();',
      'console.log(JSON.stringify({ status: { token, expirationTimestamp } }));',
    ].join('');
    const user = {
      exec: { apiVersion: 'client.authentication.k8s.io/v1', command: process.execPath, args: ['-e', script] },
    };
    const kubeconfig = JSON.stringify({
      'current-context': 'c',
      clusters: [{ name: 'c', cluster: { server: kubernetes.url } }],
      users: [{ name: 'u', user }],
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    });
    const minted = () => readFileSync(counter, 'utf8').length;
    kubernetes.tokens = ['token-1'];
    const rotation = setInterval(() => {
      kubernetes.tokens = [`token-${minted() + 1}`];
      kubernetes.cutWatches();
    }, 2000);
    setTimeout(() => kubernetes.apply(deployment()), 6000);
    const { exitCode, log, outputs } = await step({ kubeconfig, resources: 'deployment/shop' });
    clearInterval(rotation);
    expectWithNote(exitCode, log).toBe(0);
    expect(outputs['result']).toBe('current');
    expectWithNote(minted() >= 3 && minted() <= 6, `${minted()} tokens`).toBeTruthy();
    for (let count = 1; count <= minted(); count += 1)
      expect(log.replaceAll(/::add-mask::.*/g, '')).not.toMatch(new RegExp(`token-${count}\\b`));
  });

  it('reports a release within seconds through a proxy that buffers responses', async () => {
    const proxy = await MiddleProxy.start(kubernetes.url);
    proxy.buffers = true;
    try {
      setTimeout(() => kubernetes.apply(deployment()), 4000);
      const kubeconfig = kubernetes.kubeconfig.replace(kubernetes.url, proxy.url);
      const { exitCode, log, outputs } = await step({ kubeconfig, resources: 'deployment/shop' });
      expectWithNote(exitCode, log).toBe(0);
      expectWithNote(Number(outputs['duration']), outputs['duration']).toBeLessThan(20);
    } finally {
      await proxy.stop();
    }
  });

  it('ends soon with status cancelled when the job is cancelled', async () => {
    const { exitCode, outputs, log } = await step({ resources: 'deployment/shop' }, (child) => {
      child.stdout?.on('data', (text) => {
        if (String(text).includes('does not exist')) child.kill('SIGINT');
      });
    });
    expectWithNote(exitCode, log).toBe(1);
    expect(outputs['status']).toBe('cancelled');
  });

  it('leaves an undo in progress when the job is cancelled, and reports it in the outputs', async () => {
    let hadV1 = true;
    await controllers.stop();
    controllers = startControllers({
      store: kubernetes.store,
      clock: systemClock,
      images: (reference) =>
        reference.endsWith(':v1')
          ? { kind: 'serves', digest: DIGEST, readyAfterMs: hadV1 ? 100 : 3_600_000 }
          : undefined,
      pullMs: 20,
    });
    const spec = { replicas: 1, strategy: { type: 'Recreate' } };
    kubernetes.apply(deployment({ spec }));
    const before = await step({ resources: 'deployment/shop' });
    expectWithNote(before.exitCode, before.log).toBe(0);
    hadV1 = false;
    kubernetes.apply(deployment({ spec, image: `${REPOSITORY}:v2` }));
    const inputs = { resources: 'deployment/shop', 'on-failure': 'undo', grace: 'image-not-found=0s' };
    let isBack = false;
    const { exitCode, outputs, log } = await step(inputs, (child) => {
      child.stdout?.on('data', (text) => {
        isBack ||= String(text).includes('↩ deployment/shop goes back');
        if (isBack && /s {2}shop {2}0\/1 available/.test(String(text))) child.kill('SIGINT');
      });
    });
    expectWithNote(exitCode, log).toBe(1);
    expectWithNote([outputs['status'], outputs['result'], outputs['reason']], log).toStrictEqual([
      'cancelled',
      'failed',
      'image-not-found',
    ]);
    expectWithNote(at(parseJson(outputs['resources'] ?? ''), 0, 'undo', 'done'), outputs['resources']).toBe(true);
    const [now] = kubernetes.store.list(kubernetes.typeOf({ kind: 'Deployment' }), 'default');
    expect(stringAt(now, 'spec', 'template', 'spec', 'containers', 0, 'image')).toBe(`${REPOSITORY}:v1`);
  });
});
