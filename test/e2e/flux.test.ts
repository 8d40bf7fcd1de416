// wait-for-rollout against a real kustomize-controller of Flux: commits that flow in, that can't, and that are overtaken.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { FakeGitHub } from '../fakes/github/server.ts';
import { expectWithNote } from '../jest-support.ts';
import { runStep, type StepResult } from '../runner/runner.ts';
import { type Cluster, startCluster } from './components/cluster.ts';
import { type Flux, startFlux } from './components/flux.ts';
import { programImage, pushImage } from './components/image.ts';
import { deployment } from './components/manifests.ts';
import { startRegistry } from './components/registry.ts';
import { newJob } from './components/shop.ts';
import { Stage } from './components/stage.ts';
import { locate } from './tools/locate.ts';

const stage = new Stage();
let cluster: Cluster;
let flux: Flux;
let github: FakeGitHub;
let token: string;
/** An image, by digest, whose port answers. */
let image: string;

beforeAll(async () => {
  const [{ address }, started] = await Promise.all([startRegistry(stage), startCluster(stage)]);
  cluster = started;
  flux = await startFlux(stage, cluster);
  github = await FakeGitHub.start();
  stage.add({ name: 'GitHub', stop: () => github.close() });
  token = github.token();
  const repository = `${address}/flux-${process.pid}/web`;
  const server = programImage(locate('busybox') ?? 'busybox', 'httpd', '-f', '-p', '8080', '-h', '/');
  image = `${repository}@${await pushImage(stage.folder, server, `docker://${repository}:1`)}`;
});
afterAll(() => stage.close());

const settings = (colour: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {colour: ${colour}}\n`;
const web = (image: string, environment = {}) => `${JSON.stringify(deployment('web', '', image, environment))}\n`;

/** Commits that can't be applied, the first that Flux sees of its source. */
interface Case {
  readonly file: string;
  readonly spec?: object;
  readonly says: RegExp;
}

const refused = 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: []}\n';
const cases: Readonly<Record<string, Case>> = {
  'is no YAML': { file: 'kind: [\n', says: /BuildFailed/ },
  'is of a kind that the cluster does not know': {
    file: 'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: one}\n',
    says: /Widget/,
  },
  'is refused by the cluster': { file: refused, says: /spec\.ports: Required value/ },
  'is refused by the cluster again and again': {
    file: refused,
    spec: { retryInterval: '3s' },
    says: /spec\.ports: Required value/,
  },
  'is not in the folder': { file: settings('blue'), spec: { path: './absent' }, says: /absent/ },
};

describe('a commit', () => {
  test.concurrent('whose Deployment does not get ready fails with what Flux says of its health', async () => {
    // Flux gives it half a minute, whatever is asked for below that.
    const app = await newApp(settings('blue'), { timeout: '30s' });
    await app.fetch();
    expect(outcomeOf(await app.wait())).toStrictEqual([0, 'current', 'current']);
    app.push(web('127.0.0.1:1/absent:1'));
    await app.fetch();
    const failed = await app.wait({ grace: 'reconcile-failed=5s' });
    const text = failed.log.join('\n');
    expectWithNote(outcomeOf(failed), text).toStrictEqual([1, 'failed', 'reconcile-failed']);
    expect(text).toMatch(/HealthCheckFailed: .*Deployment\/flux-\w+\/web/);
  });

  test.concurrent('that Flux applies is waited for until it is in place, and what it made is ready', async () => {
    const app = await newApp(web(image));
    const waiting = app.wait();
    await app.fetch();
    const applied = await waiting;
    const text = applied.log.join('\n');
    expectWithNote(outcomeOf(applied), text).toStrictEqual([0, 'current', 'current']);
    expect(text).toMatch(/no commit is applied yet, waiting for [0-9a-f]{9}/);

    const revision = app.push(web(image, { COLOUR: 'green' }));
    const following = app.wait({ resources: 'kustomization/app\ndeployment/web', image });
    await app.fetch();
    const updated = await following;
    expectWithNote(outcomeOf(updated), updated.log.join('\n')).toStrictEqual([0, 'current', 'current']);
    expect(updated.log.join('\n')).toMatch(new RegExp(`not yet ${revision.slice(0, 9)}`));
    const colour = '.spec.template.spec.containers[0].env[0].value';
    expect(await cluster.kubectl.get('deployment/web', app.namespace, colour)).toBe('green');
  });

  test.concurrent('is superseded where a newer one took its place', async () => {
    const app = await newApp(settings('blue'));
    await app.fetch();
    expect(outcomeOf(await app.wait())).toStrictEqual([0, 'current', 'current']);
    const revision = app.push(settings('green'));
    const waiting = app.wait({ revision });
    app.push(settings('red'));
    await app.fetch();
    const overtaken = await waiting;
    expectWithNote(outcomeOf(overtaken), overtaken.log.join('\n')).toStrictEqual([1, 'superseded', 'superseded']);
    const late = await app.wait({ revision });
    expectWithNote(outcomeOf(late), late.log.join('\n')).toStrictEqual([1, 'superseded', 'superseded']);
  });

  test.concurrent('is superseded where a newer one mends what it broke', async () => {
    const app = await newApp(settings('blue'));
    await app.fetch();
    expect(outcomeOf(await app.wait())).toStrictEqual([0, 'current', 'current']);
    const revision = app.push('kind: [\n');
    await app.fetch();
    const waiting = app.wait({ revision });
    await cluster.kubectl.wait(
      'kustomization/app',
      app.namespace,
      '.status.lastAttemptedRevision',
      `main@sha1:${revision}`,
    );
    app.push(settings('red'));
    await app.fetch();
    const mended = await waiting;
    expectWithNote(outcomeOf(mended), mended.log.join('\n')).toStrictEqual([1, 'superseded', 'superseded']);
  });

  test.concurrent('is suspended with its Kustomization', async () => {
    const app = await newApp(settings('blue'), { suspend: true });
    await app.fetch();
    const suspended = await app.wait();
    expectWithNote(outcomeOf(suspended), suspended.log.join('\n')).toStrictEqual([1, 'suspended', 'suspended']);
  });

  for (const [what, { file, spec = {}, says }] of Object.entries(cases)) {
    test.concurrent(`whose manifest ${what} fails with its cause`, async () => {
      const app = await newApp(settings('blue'), spec);
      app.push(file);
      await app.fetch();
      const failed = await app.wait({ grace: 'reconcile-failed=8s' });
      const text = failed.log.join('\n');
      expectWithNote(outcomeOf(failed), text).toStrictEqual([1, 'failed', 'reconcile-failed']);
      expect(text).toMatch(says);
    });
  }

  test.concurrent('of a source that does not exist fails', async () => {
    const app = await newApp(settings('blue'), { sourceRef: { kind: 'GitRepository', name: 'absent' } });
    const failed = await app.wait({ grace: 'reconcile-failed=5s' });
    const text = failed.log.join('\n');
    expectWithNote(outcomeOf(failed), text).toStrictEqual([1, 'failed', 'reconcile-failed']);
    expect(text).toMatch(/GitRepository\.source\.toolkit\.fluxcd\.io "absent" not found/);
  });

  test.concurrent('whose Deployment can not become ready fails with the cause of that, long before Flux gives it up', async () => {
    const app = await newApp(web(image.replace(/@.*/, ':never-pushed')));
    await app.fetch();
    const failed = await app.wait();
    const text = failed.log.join('\n');
    expectWithNote(outcomeOf(failed), text).toStrictEqual([1, 'failed', 'image-not-found']);
    expect(text).toMatch(/deployment\/web → replicaset\/web-\w+ → pod\/web-\w+-\w+ → container app/);
    expectWithNote(Number(failed.outputs['duration']), `said after ${failed.outputs['duration']} s`).toBeLessThan(45);
  });
});

/** A repository with one manifest, and the Kustomization that applies it to a namespace of their own. */
async function newApp(manifest: string, spec: object = {}) {
  const namespace = await cluster.kubectl.createNamespace('flux');
  const repository = github.addRepository(`acme/${namespace}`, { files: { 'app/manifest.yaml': manifest } });
  const head = () => repository.branch('main') ?? '';
  await flux.createKustomization(namespace, spec);
  return {
    namespace,
    push: (content: string) => repository.push('main', { 'app/manifest.yaml': content }, 'A change'),
    /** Flux sees the head of main. */
    fetch: () => flux.fetch(namespace, repository.git.dir, head()),
    wait(inputs: Readonly<Record<string, string>> = {}): Promise<StepResult> {
      const where = { kubeconfig: cluster.kubeconfig, timeout: '90s', namespace, resources: 'kustomization/app' };
      const wanted = { revision: head(), repository: repository.fullName };
      const job = newJob(stage, token, github.env);
      return runStep(job, { action: 'wait-for-rollout', with: { ...where, ...wanted, ...inputs } });
    },
  };
}

function outcomeOf({ exitCode, outputs }: StepResult) {
  return [exitCode, outputs['result'], outputs['reason']];
}
