// The whole chain over real parts: the example shop is built, delivered by Git, run on a real node and judged.
import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { runStep, type StepResult } from '../runner/runner.ts';
import { type Delivery, followMain, headOfMain, openDelivery, runningDigests } from './components/delivery.ts';
import { startDocker } from './components/docker.ts';
import { run } from './components/run.ts';
import { examples, hasten, type Release, succeed } from './components/shop.ts';
import { Stage } from './components/stage.ts';

const stage = new Stage();
let world: Delivery;

before(async () => {
  world = await openDelivery(stage, 'chain');
});
after(() => stage.close());

test('a commit becomes a judged release, and a bad one is taken back', async (context) => {
  const { shop, argoCd, github, namespace } = world;
  const step = stepsOf(context);
  const application = `${argoCd.namespace}/application/${namespace}`;
  const first = await step('the first release, built from files, is what Argo CD makes of the repository', async () => {
    const built = await shop.build({ version: '1.4', engine: 'layers' });
    await followMain(world);
    await rolledOut({ resources: 'deployment/shop\ndeployment/shop-canary', image: built.image });
    return built;
  });
  const good = await step('the next one is built from a Dockerfile', async () => {
    const built = await shop.build({ version: '1.5.0', engine: 'buildah' });
    assert.notEqual(built.digest, first.digest);
    return built;
  });
  await step('it becomes the canary: image and merge commit are proven', async () => {
    const merged = await deliver('production-canary', good);
    assert.equal(merged, await headOfMain(world));
    await rolledOut({ resources: `deployment/shop-canary\n${application}`, image: good.image, revision: merged });
    assert.deepEqual(await runningDigests(world, 'canary'), [good.digest]);
    assert.deepEqual(await runningDigests(world, 'stable'), [first.digest]);
  });
  await step('it is as good as the stable release, and passes', async () => {
    const gate = await judge();
    assert.equal(gate.exitCode, 0, gate.log.join('\n'));
    assert.equal(gate.outputs['verdict'], 'pass');
  });
  await step('so it is promoted: the same digest becomes the stable release', async () => {
    const merged = await deliver('production', good);
    await rolledOut({ resources: `deployment/shop\n${application}`, image: good.image, revision: merged });
    assert.deepEqual(await runningDigests(world, 'stable'), [good.digest]);
  });
  const bad = await step('a commit with a bug is built with docker', async () => {
    const env = { DOCKER_HOST: await startDocker(stage), DOCKER_CONFIG: stage.scratch('docker') };
    return shop.build({ version: '1.6.0', engine: 'docker', bug: true, env });
  });
  const badMerge = await step('it rolls out well: nothing is wrong with its pods', async () => {
    const merged = await deliver('production-canary', bad);
    await rolledOut({ resources: `deployment/shop-canary\n${application}`, image: bad.image, revision: merged });
    return merged;
  });
  await step('but the gate sees its errors and fails', async () => {
    const gate = await judge();
    assert.equal(gate.exitCode, 1, gate.log.join('\n'));
    assert.equal(gate.outputs['verdict'], 'fail');
    assert.match(gate.summary, /error rate/);
  });
  await step('a revert brings the good release back', async () => {
    const inputs = { ...gitopsInputs('production-canary'), mode: 'revert', revert: badMerge };
    const revert = await succeed('open-gitops-PR', inputs, world.newJob());
    const merged = revert.outputs['merge-commit-sha'] ?? '';
    await rolledOut({ resources: `deployment/shop-canary\n${application}`, image: good.image, revision: merged });
    assert.deepEqual(await runningDigests(world, 'canary'), [good.digest]);
  });
  await step('a tag that was never pushed fails at once, with the cause', async () => {
    await deliver('production-canary', { reference: `${shop.repository}:9.9.9` }, 'tag');
    await argoCd.applied(namespace, await headOfMain(world));
    const started = Date.now();
    const inputs = { ...clusterInputs(), resources: 'deployment/shop-canary', timeout: '5m' };
    const wait = await runStep(world.newJob(), { action: 'wait-for-rollout', with: inputs });
    assert.equal(wait.exitCode, 1);
    assert.equal(wait.outputs['result'], 'failed');
    assert.equal(wait.outputs['reason'], 'image-not-found');
    assert.ok(Date.now() - started < 60_000, `it took ${Date.now() - started} ms`);
    assert.match(wait.log.join('\n'), /9\.9\.9/);
  });
  assert.deepEqual(github.violations, []);
});

/** Bumps an environment in a checkout and has the change merged. Returns the merge commit. */
async function deliver(environment: string, { reference }: Pick<Release, 'reference'>, pin = 'both'): Promise<string> {
  const job = world.newJob();
  await run('git', ['clone', '--quiet', world.gitUrl, join(job.workspace, 'gitops')]);
  const paths = `apps/shop/overlays/${environment}/kustomization.yaml`;
  const bump = await succeed('bump-manifest-tag', { image: reference, root: 'gitops', paths, pin, expect: '1' }, job);
  assert.equal(bump.outputs['changed'], 'true');
  const changes = bump.outputs['changes'] ?? '';
  const merge = await succeed('open-gitops-PR', { ...gitopsInputs(environment), changes }, job);
  assert.equal(merge.outputs['merged'], 'true');
  return merge.outputs['merge-commit-sha'] ?? '';
}

async function rolledOut(what: { resources: string; image: string; revision?: string }): Promise<void> {
  const wait = await succeed('wait-for-rollout', { ...clusterInputs(), ...what, timeout: '2m' }, world.newJob());
  assert.equal(wait.outputs['result'], 'current');
}

/** Lets canary-gate watch for a while what Prometheus scrapes. */
function judge(): Promise<StepResult> {
  const job = world.newJob();
  cpSync(join(examples, 'monorepo', 'shop', 'canary.yaml'), join(job.workspace, 'canary.yaml'));
  hasten(join(job.workspace, 'canary.yaml'));
  const span = { duration: '60s', interval: '4s', delay: '5s' };
  const arms = { baseline: 'stable', canary: 'canary' };
  const inputs = { config: 'canary.yaml', address: world.prometheus.url, ...arms, ...span };
  return runStep(job, { action: 'canary-gate', with: inputs });
}

function gitopsInputs(environment: string): Record<string, string> {
  const pullRequest = { application: 'shop', environment, merge: 'direct', wait: 'merged', timeout: '1m' };
  return { repository: 'acme/gitops', token: world.token, ...pullRequest };
}

function clusterInputs(): Record<string, string> {
  return { kubeconfig: world.cluster.kubeconfig, namespace: world.namespace };
}

/** Steps that build on each other: the first that fails ends the test. */
function stepsOf(context: TestContext) {
  return async <T>(name: string, body: () => Promise<T>): Promise<T> => {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    promise.catch(() => {});
    await context.test(name, () =>
      body().then(resolve, (error) => {
        reject(new Error(`it ended at: ${name}`));
        throw error;
      }),
    );
    return promise;
  };
}
