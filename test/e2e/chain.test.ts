// The whole chain over real parts: the example shop is built, delivered by Git, run on a real node and judged.
import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { listAt, stringAt } from '../../src/json/json.ts';
import { GitHubDouble } from '../doubles/github/server.ts';
import { type Job, runStep, type StepResult } from '../runner/runner.ts';
import { type ArgoCd, startArgoCd } from './components/argo-cd.ts';
import { type Cluster, startCluster } from './components/cluster.ts';
import { startDocker } from './components/docker.ts';
import { startGitServer } from './components/git-server.ts';
import { type Prometheus, startPrometheus } from './components/prometheus.ts';
import { startProxy } from './components/proxy.ts';
import { startRegistry } from './components/registry.ts';
import { run } from './components/run.ts';
import { edit, examples, newJob, type Release, Shop, succeed } from './components/shop.ts';
import { Stage } from './components/stage.ts';
import { startTraffic } from './components/traffic.ts';

const stage = new Stage();
let cluster: Cluster;
let argoCd: ArgoCd;
let prometheus: Prometheus;
let github: GitHubDouble;
let token: string;
let gitUrl: string;
let namespace: string;
let shop: Shop;

before(async () => {
  const [{ address }, started] = await Promise.all([startRegistry(stage), startCluster(stage)]);
  cluster = started;
  namespace = await cluster.kubectl.createNamespace('chain');
  const proxy = await startProxy(stage, cluster.kubeconfig);
  argoCd = await startArgoCd(stage, cluster);
  prometheus = await startPrometheus(stage, cluster.kubeconfig, namespace);
  github = await GitHubDouble.start();
  stage.add({ name: 'GitHub', stop: () => github.close() });
  token = github.token();
  // A given cluster may still hold the images of an earlier run: under a name that no run has twice, they don't matter.
  shop = await Shop.open(stage, `${address}/${namespace}/shop`, newJobHere);
  const hosted = github.addRepository('acme/gitops', { files: gitopsRepository() });
  gitUrl = `${(await startGitServer(stage, dirname(hosted.git.dir))).url}/gitops.git`;
  startTraffic(stage, proxy, namespace, 20, '/goods');
});
after(() => stage.close());

test('a commit becomes a judged release, and a bad one is taken back', async (context) => {
  const step = stepsOf(context);
  const first = await step(
    'the first release is built from files and is what Argo CD makes of the repository',
    async () => {
      const built = await shop.build({ version: '1.4', engine: 'layers' });
      await argoCd.createApplication({
        name: namespace,
        repository: gitUrl,
        path: 'apps/shop',
        revision: 'main',
        namespace,
      });
      await rolledOut({ resources: 'deployment/shop\ndeployment/shop-canary', image: built.image });
      return built;
    },
  );
  const good = await step('the next one is built from a Dockerfile', async () => {
    const built = await shop.build({ version: '1.5.0', engine: 'buildah' });
    assert.notEqual(built.digest, first.digest);
    return built;
  });
  await step('it becomes the canary: image and merge commit are proven', async () => {
    const merged = await deliver('production-canary', good);
    assert.equal(merged, await headOfMain());
    await rolledOut({ resources: `deployment/shop-canary\n${application()}`, image: good.image, revision: merged });
    assert.deepEqual(await runningDigests('canary'), [good.digest]);
    assert.deepEqual(await runningDigests('stable'), [first.digest]);
  });
  await step('it is as good as the stable release, and passes', async () => {
    const gate = await judge();
    assert.equal(gate.exitCode, 0, gate.log.join('\n'));
    assert.equal(gate.outputs['verdict'], 'pass');
  });
  await step('so it is promoted: the same digest becomes the stable release', async () => {
    const merged = await deliver('production', good);
    await rolledOut({ resources: `deployment/shop\n${application()}`, image: good.image, revision: merged });
    assert.deepEqual(await runningDigests('stable'), [good.digest]);
  });
  const bad = await step('a commit with a bug is built with docker', async () => {
    const env = { DOCKER_HOST: await startDocker(stage), DOCKER_CONFIG: stage.scratch('docker') };
    return shop.build({ version: '1.6.0', engine: 'docker', bug: true, env });
  });
  const badMerge = await step('it rolls out well: nothing is wrong with its pods', async () => {
    const merged = await deliver('production-canary', bad);
    await rolledOut({ resources: `deployment/shop-canary\n${application()}`, image: bad.image, revision: merged });
    return merged;
  });
  await step('but the gate sees its errors and fails', async () => {
    const gate = await judge();
    assert.equal(gate.exitCode, 1, gate.log.join('\n'));
    assert.equal(gate.outputs['verdict'], 'fail');
    assert.match(gate.summary, /error rate/);
  });
  await step('a revert brings the good release back', async () => {
    const revert = await succeed(
      'open-gitops-PR',
      { ...gitopsInputs('production-canary'), mode: 'revert', revert: badMerge },
      newJobHere(),
    );
    const merged = revert.outputs['merge-commit-sha'] ?? '';
    await rolledOut({ resources: `deployment/shop-canary\n${application()}`, image: good.image, revision: merged });
    assert.deepEqual(await runningDigests('canary'), [good.digest]);
  });
  await step('a tag that was never pushed fails at once, with the cause', async () => {
    await deliver('production-canary', { reference: `${shop.repository}:9.9.9` }, 'tag');
    await argoCd.applied(namespace, await headOfMain());
    const started = Date.now();
    const wait = await runStep(newJobHere(), {
      action: 'wait-for-rollout',
      with: { ...clusterInputs(), resources: 'deployment/shop-canary', timeout: '5m' },
    });
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
  const job = newJobHere();
  await run('git', ['clone', '--quiet', gitUrl, join(job.workspace, 'gitops')]);
  const inputs = {
    image: reference,
    root: 'gitops',
    paths: `apps/shop/overlays/${environment}/kustomization.yaml`,
    pin,
    expect: '1',
  };
  const bump = await succeed('bump-manifest-tag', inputs, job);
  assert.equal(bump.outputs['changed'], 'true');
  const changes = bump.outputs['changes'] ?? '';
  const merge = await succeed('open-gitops-PR', { ...gitopsInputs(environment), changes }, job);
  assert.equal(merge.outputs['merged'], 'true');
  return merge.outputs['merge-commit-sha'] ?? '';
}

async function rolledOut(what: { resources: string; image: string; revision?: string }): Promise<void> {
  const wait = await succeed('wait-for-rollout', { ...clusterInputs(), ...what, timeout: '2m' }, newJobHere());
  assert.equal(wait.outputs['result'], 'current');
}

/** Lets canary-gate watch for a while what Prometheus scrapes. */
function judge(): Promise<StepResult> {
  const job = newJobHere();
  // The example's own file, with a range that fits a test's patience, and a margin in seconds for a latency of which a
  // fifth is less than the noise of a busy machine.
  cpSync(join(examples, 'monorepo', 'shop', 'canary.yaml'), join(job.workspace, 'canary.yaml'));
  edit(join(job.workspace, 'canary.yaml'), '[1m]', '[4s]');
  edit(join(job.workspace, 'canary.yaml'), 'margin: 20%', 'margin: 0.05');
  const span = { duration: '60s', interval: '4s', delay: '5s' };
  const inputs = { config: 'canary.yaml', address: prometheus.url, baseline: 'stable', canary: 'canary', ...span };
  return runStep(job, { action: 'canary-gate', with: inputs });
}

function gitopsInputs(environment: string): Record<string, string> {
  return {
    repository: 'acme/gitops',
    token,
    application: 'shop',
    environment,
    merge: 'direct',
    wait: 'merged',
    timeout: '1m',
  };
}

function clusterInputs(): Record<string, string> {
  return { kubeconfig: cluster.kubeconfig, namespace };
}

function application(): string {
  return `${argoCd.namespace}/application/${namespace}`;
}

/** The digests that the pods of a track run, each once, as the node tells; pods on their way out aside. */
async function runningDigests(track: string): Promise<string[]> {
  const selection = ['--namespace', namespace, '--selector', `app=shop,track=${track}`, '--output', 'json'];
  const pods = listAt(JSON.parse(await cluster.kubectl.run('get', 'pods', ...selection)), 'items');
  const staying = pods.filter((pod) => stringAt(pod, 'metadata', 'deletionTimestamp') === undefined);
  const ids = staying.map((pod) => stringAt(pod, 'status', 'containerStatuses', 0, 'imageID') ?? '');
  return [...new Set(ids.map((id) => id.slice(id.indexOf('@') + 1)))];
}

async function headOfMain(): Promise<string> {
  return (await run('git', ['ls-remote', gitUrl, 'refs/heads/main'])).split('\t')[0] ?? '';
}

/** A job at the GitHub double. */
function newJobHere(env: Readonly<Record<string, string>> = {}): Job {
  return newJob(stage, token, { ...github.env, ...env });
}

/** The example's GitOps repository, with the shop from our registry, and production in our namespace. */
function gitopsRepository(): Record<string, string> {
  const folder = join(examples, 'gitops');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry): [string, string] => {
      const path = join(entry.parentPath, entry.name);
      const text = readFileSync(path, 'utf8').replaceAll('ghcr.io/acme/shop', shop.repository);
      return [relative(folder, path), text.replace(/^namespace: production$/m, `namespace: ${namespace}`)];
    });
  const both = 'resources: [overlays/production, overlays/production-canary]\n';
  return { ...Object.fromEntries(files), 'apps/shop/kustomization.yaml': both };
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
