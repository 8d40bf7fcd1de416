// The whole chain on real components: the example shop is built, delivered by Git, run on a real node and compared by canary-gate.

import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from '@jest/globals';
import { expectWithNote } from '../jest-support.ts';
import { runStep, type StepResult } from '../runner/runner.ts';
import { deployFirstRelease, headOfMain, runningDigests, useDelivery } from './components/delivery-fixture.ts';
import { dependentSteps } from './components/dependent-steps.ts';
import { startDocker } from './components/docker.ts';
import { run } from './components/run.ts';
import { examples, type Release, succeed, useShortIntervals } from './components/shop.ts';

const { harness, delivery } = useDelivery('chain');

describe('the chain delivers a good commit to production and reverts a bad one', () => {
  const step = dependentSteps();
  let first: Release;
  let good: Release;
  let bad: Release;
  let badMerge: string;
  step('build-image builds the first release from files, and Argo CD deploys it', async () => {
    first = await deployFirstRelease(delivery());
    await expectRollout({ resources: 'deployment/shop\ndeployment/shop-canary', image: first.image });
  });
  step('build-image builds the next release from a Dockerfile with buildah', async () => {
    good = await delivery().shop.build({ version: '1.5.0', engine: 'buildah' });
    expect(good.digest).not.toBe(first.digest);
  });
  step('the release becomes the canary, and wait-for-rollout proves image and merge commit', async () => {
    const merged = await deliver('production-canary', good);
    expect(merged).toBe(await headOfMain(delivery()));
    await expectRollout({ resources: `deployment/shop-canary\n${application()}`, image: good.image, revision: merged });
    expect(await runningDigests(delivery(), 'canary')).toStrictEqual([good.digest]);
    expect(await runningDigests(delivery(), 'stable')).toStrictEqual([first.digest]);
  });
  step('canary-gate passes, because the canary is as good as the stable release', async () => {
    const gate = await runGate();
    expectWithNote(gate.exitCode, gate.log.join('\n')).toBe(0);
    expect(gate.outputs['verdict']).toBe('pass');
  });
  step('the promotion delivers the same digest to production', async () => {
    const merged = await deliver('production', good);
    await expectRollout({ resources: `deployment/shop\n${application()}`, image: good.image, revision: merged });
    expect(await runningDigests(delivery(), 'stable')).toStrictEqual([good.digest]);
  });
  step('build-image builds a commit with a bug with docker', async () => {
    const env = { DOCKER_HOST: await startDocker(harness), DOCKER_CONFIG: harness.scratch('docker') };
    bad = await delivery().shop.build({ version: '1.6.0', engine: 'docker', bug: true, env });
  });
  step('the canary with the bug rolls out, because its pods are healthy', async () => {
    badMerge = await deliver('production-canary', bad);
    await expectRollout({
      resources: `deployment/shop-canary\n${application()}`,
      image: bad.image,
      revision: badMerge,
    });
  });
  step('canary-gate fails because of its error rate', async () => {
    const gate = await runGate();
    expectWithNote(gate.exitCode, gate.log.join('\n')).toBe(1);
    expect(gate.outputs['verdict']).toBe('fail');
    expect(gate.summary).toMatch(/error rate/);
  });
  step('a revert deploys the good release again', async () => {
    const inputs = { ...gitopsInputs('production-canary'), mode: 'revert', revert: badMerge };
    const revert = await succeed('open-gitops-PR', inputs, delivery().newJob());
    const merged = revert.outputs['merge-commit-sha'] ?? '';
    await expectRollout({ resources: `deployment/shop-canary\n${application()}`, image: good.image, revision: merged });
    expect(await runningDigests(delivery(), 'canary')).toStrictEqual([good.digest]);
  });
  step('wait-for-rollout fails within a minute with image-not-found for a tag that was never pushed', async () => {
    await deliver('production-canary', { reference: `${delivery().shop.repository}:9.9.9` }, 'tag');
    await delivery().argoCd.applied(delivery().namespace, await headOfMain(delivery()));
    const started = Date.now();
    const inputs = { ...clusterInputs(), resources: 'deployment/shop-canary', timeout: '5m' };
    const wait = await runStep(delivery().newJob(), { action: 'wait-for-rollout', with: inputs });
    expect(wait.exitCode).toBe(1);
    expect(wait.outputs['result']).toBe('failed');
    expect(wait.outputs['reason']).toBe('image-not-found');
    expectWithNote(Date.now() - started, `it took ${Date.now() - started} ms`).toBeLessThan(60_000);
    expect(wait.log.join('\n')).toMatch(/9\.9\.9/);
  });
  step('every request to GitHub was valid', async () => {
    expect(delivery().github.violations).toStrictEqual([]);
  });
});

function application(): string {
  return `${delivery().argoCd.namespace}/application/${delivery().namespace}`;
}

/** Bumps an environment in a checkout and merges the change. Returns the merge commit. */
async function deliver(environment: string, { reference }: Pick<Release, 'reference'>, pin = 'both'): Promise<string> {
  const job = delivery().newJob();
  await run('git', ['clone', '--quiet', delivery().gitUrl, join(job.workspace, 'gitops')]);
  const paths = `apps/shop/overlays/${environment}/kustomization.yaml`;
  const bump = await succeed('bump-manifest-tag', { image: reference, root: 'gitops', paths, pin, expect: '1' }, job);
  expect(bump.outputs['changed']).toBe('true');
  const changes = bump.outputs['changes'] ?? '';
  const merge = await succeed('open-gitops-PR', { ...gitopsInputs(environment), changes }, job);
  expect(merge.outputs['merged']).toBe('true');
  return merge.outputs['merge-commit-sha'] ?? '';
}

async function expectRollout(expected: { resources: string; image: string; revision?: string }): Promise<void> {
  const wait = await succeed(
    'wait-for-rollout',
    { ...clusterInputs(), ...expected, timeout: '2m' },
    delivery().newJob(),
  );
  expect(wait.outputs['result']).toBe('current');
}

/** Runs canary-gate on the metrics of Prometheus. */
function runGate(): Promise<StepResult> {
  const job = delivery().newJob();
  cpSync(join(examples, 'monorepo', 'shop', 'canary.yaml'), join(job.workspace, 'canary.yaml'));
  useShortIntervals(join(job.workspace, 'canary.yaml'));
  const timing = { duration: '60s', interval: '4s', delay: '5s' };
  const arms = { baseline: 'stable', canary: 'canary' };
  const inputs = { config: 'canary.yaml', address: delivery().prometheus.url, ...arms, ...timing };
  return runStep(job, { action: 'canary-gate', with: inputs });
}

function gitopsInputs(environment: string): Record<string, string> {
  const pullRequest = { application: 'shop', environment, merge: 'direct', wait: 'merged', timeout: '1m' };
  return { repository: 'acme/gitops', token: delivery().token, ...pullRequest };
}

function clusterInputs(): Record<string, string> {
  return { kubeconfig: delivery().cluster.kubeconfig, namespace: delivery().namespace };
}
