// wait-for-rollout with Flux's real kustomize-controller: commits that it applies, commits that it can't apply, and superseded commits.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expectWithNote } from '../jest-support.ts';
import type { StepResult } from '../runner/runner.ts';
import { type Cluster, startCluster } from './components/cluster.ts';
import { type Flux, startFlux } from './components/flux.ts';
import { GitOpsFixture, serviceWithoutPorts, settings, unknownKind } from './components/gitops-fixture.ts';
import { Harness } from './components/harness.ts';
import { programImage, pushImage } from './components/image.ts';
import { deployment } from './components/manifests.ts';
import { outcomeOf } from './components/outcome.ts';
import { startRegistry } from './components/registry.ts';
import { locate } from './tools/locate.ts';

const harness = new Harness();
let cluster: Cluster;
let flux: Flux;
let gitOps: GitOpsFixture;
/** An image (with digest) of a web server. */
let image: string;

beforeAll(async () => {
  const [{ address }, started] = await Promise.all([startRegistry(harness), startCluster(harness)]);
  cluster = started;
  flux = await startFlux(harness, cluster);
  gitOps = await GitOpsFixture.start(harness, cluster);
  const repository = `${address}/flux-${process.pid}/web`;
  const server = programImage(locate('busybox') ?? 'busybox', 'httpd', '-f', '-p', '8080', '-h', '/');
  image = `${repository}@${await pushImage(harness.folder, server, `docker://${repository}:1`)}`;
});
afterAll(() => harness.close());

const invalidYaml = 'kind: [\n';
const web = (image: string, environment = {}) => `${JSON.stringify(deployment('web', '', image, environment))}\n`;

/** A commit that Flux can't apply, and the first one that it fetches. */
interface Case {
  readonly file: string;
  readonly spec?: object;
  readonly log: RegExp;
}

const cases: Readonly<Record<string, Case>> = {
  "its manifest isn't YAML": { file: invalidYaml, log: /BuildFailed/ },
  "the cluster doesn't know its kind": { file: unknownKind, log: /Widget/ },
  'the cluster rejects its manifest': { file: serviceWithoutPorts, log: /spec\.ports: Required value/ },
  'the cluster rejects its manifest at each retry': {
    file: serviceWithoutPorts,
    spec: { retryInterval: '3s' },
    log: /spec\.ports: Required value/,
  },
  "the Kustomization's folder doesn't exist": { file: settings('blue'), spec: { path: './absent' }, log: /absent/ },
};

describe('wait-for-rollout with Flux', () => {
  test.concurrent("fails with Flux's health check result if a Deployment doesn't become ready", async () => {
    // Flux waits at least 30 s.
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

  test.concurrent('succeeds when the commit is applied and its resources are ready', async () => {
    const app = await newApp(web(image));
    const waiting = app.wait();
    await app.fetch();
    const applied = await waiting;
    const text = applied.log.join('\n');
    expectWithNote(outcomeOf(applied), text).toStrictEqual([0, 'current', 'current']);
    expect(text).toMatch(/no commit is applied yet, waiting for [0-9a-f]{9}/);

    const revision = app.push(web(image, { COLOR: 'green' }));
    const nextWait = app.wait({ resources: 'kustomization/app\ndeployment/web', image });
    await app.fetch();
    const updated = await nextWait;
    expectWithNote(outcomeOf(updated), updated.log.join('\n')).toStrictEqual([0, 'current', 'current']);
    expect(updated.log.join('\n')).toMatch(new RegExp(`not yet ${revision.slice(0, 9)}`));
    const color = '.spec.template.spec.containers[0].env[0].value';
    expect(await cluster.kubectl.get('deployment/web', app.namespace, color)).toBe('green');
  });

  test.concurrent('reports superseded if Flux has applied a later commit', async () => {
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

  test.concurrent('reports superseded if a later commit fixes the broken one', async () => {
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
    const fixed = await waiting;
    expectWithNote(outcomeOf(fixed), fixed.log.join('\n')).toStrictEqual([1, 'superseded', 'superseded']);
  });

  test.concurrent('reports suspended if the Kustomization is suspended', async () => {
    const app = await newApp(settings('blue'), { suspend: true });
    await app.fetch();
    const suspended = await app.wait();
    expectWithNote(outcomeOf(suspended), suspended.log.join('\n')).toStrictEqual([1, 'suspended', 'suspended']);
  });

  test.concurrent.each(Object.entries(cases))(
    'fails with reconcile-failed and the cause if %s',
    async (_reason, { file, spec = {}, log }) => {
      const app = await newApp(settings('blue'), spec);
      app.push(file);
      await app.fetch();
      const failed = await app.wait({ grace: 'reconcile-failed=8s' });
      const text = failed.log.join('\n');
      expectWithNote(outcomeOf(failed), text).toStrictEqual([1, 'failed', 'reconcile-failed']);
      expect(text).toMatch(log);
    },
  );

  test.concurrent("fails with reconcile-failed if the source doesn't exist", async () => {
    const app = await newApp(settings('blue'), { sourceRef: { kind: 'GitRepository', name: 'absent' } });
    const failed = await app.wait({ grace: 'reconcile-failed=5s' });
    const text = failed.log.join('\n');
    expectWithNote(outcomeOf(failed), text).toStrictEqual([1, 'failed', 'reconcile-failed']);
    expect(text).toMatch(/GitRepository\.source\.toolkit\.fluxcd\.io "absent" not found/);
  });

  test.concurrent('names the source that can not be fetched when it times out', async () => {
    const app = await newApp(settings('blue'));
    await app.fetch();
    expect(outcomeOf(await app.wait())).toStrictEqual([0, 'current', 'current']);
    app.push(settings('green'));
    const message = 'failed to checkout and determine revision: authentication required';
    await flux.failFetch(app.namespace, message);
    const late = await app.wait({ timeout: '8s' });
    const text = late.log.join('\n');
    expectWithNote(outcomeOf(late), text).toStrictEqual([1, 'timeout', 'timeout']);
    expect(text).toMatch(/gitrepository\/app in flux-\w+: GitOperationFailed: .*authentication required/);
  });

  test.concurrent('does not fail a named workload for what the commit before did to it', async () => {
    const app = await newApp(web(image.replace(/@.*/, ':never-pushed')), { timeout: '30s' });
    await app.fetch();
    const waiting = '.status.containerStatuses[0].state.waiting.reason';
    await cluster.kubectl.wait('pod app=web', app.namespace, waiting, 'ImagePullBackOff');
    app.push(web(image));
    const repairing = app.wait({ resources: 'deployment/web\nkustomization/app' });
    await new Promise((resolve) => setTimeout(resolve, 12_000));
    await app.fetch();
    const repaired = await repairing;
    expectWithNote(outcomeOf(repaired), repaired.log.join('\n')).toStrictEqual([0, 'current', 'current']);
    expect(repaired.log.join('\n')).toMatch(/\(kustomization\/app has not applied the commit yet\)/);
  });

  test.concurrent("fails with the pods' failure cause long before Flux's health check times out", async () => {
    const app = await newApp(web(image.replace(/@.*/, ':never-pushed')));
    await app.fetch();
    const failed = await app.wait();
    const text = failed.log.join('\n');
    expectWithNote(outcomeOf(failed), text).toStrictEqual([1, 'failed', 'image-not-found']);
    expect(text).toMatch(/deployment\/web → replicaset\/web-\w+ → pod\/web-\w+-\w+ → container app/);
    expectWithNote(Number(failed.outputs['duration']), `result after ${failed.outputs['duration']} s`).toBeLessThan(45);
  });
});

/** Creates a repository with one manifest, and a Kustomization that applies it to a new namespace. */
async function newApp(manifest: string, spec: object = {}) {
  const repository = await gitOps.newRepository('flux', manifest);
  const { namespace, fullName, folder, head } = repository;
  await flux.createKustomization(namespace, spec);
  return {
    ...repository,
    /** Makes Flux fetch the head of main. */
    fetch: () => flux.fetch(namespace, folder, head()),
    wait(inputs: Readonly<Record<string, string>> = {}): Promise<StepResult> {
      const target = { namespace, resources: 'kustomization/app', revision: head(), repository: fullName };
      return gitOps.wait({ ...target, ...inputs });
    },
  };
}
