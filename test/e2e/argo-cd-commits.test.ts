// wait-for-rollout with a real Argo CD: hooks and waves, and commits that repair the one before.

import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expectWithNote } from '../jest-support.ts';
import { type ArgoCd, startArgoCd } from './components/argo-cd.ts';
import { type Cluster, startCluster } from './components/cluster.ts';
import { startGitServer } from './components/git-server.ts';
import { GitOpsFixture, serviceWithoutPorts, settings, unclosedMapping } from './components/gitops-fixture.ts';
import { Harness } from './components/harness.ts';
import { programImage, pushImage } from './components/image.ts';
import { deployment } from './components/manifests.ts';
import { outcomeOf } from './components/outcome.ts';
import { startRegistry } from './components/registry.ts';
import { locate } from './tools/locate.ts';

const harness = new Harness();
let cluster: Cluster;
let argoCd: ArgoCd;
let gitOps: GitOpsFixture;
/** Images (with digest) of a web server, and of a program that ends after some seconds. */
let web: string;
let sleeps: string;

beforeAll(async () => {
  const [{ address }, started] = await Promise.all([startRegistry(harness), startCluster(harness)]);
  cluster = started;
  argoCd = await startArgoCd(harness, cluster);
  gitOps = await GitOpsFixture.start(harness, cluster);
  const busybox = locate('busybox') ?? 'busybox';
  const repository = `${address}/argo-cd-${process.pid}`;
  const push = async (name: string, ...args: string[]) =>
    `${repository}/${name}@${await pushImage(harness.folder, programImage(busybox, ...args), `docker://${repository}/${name}:1`)}`;
  web = await push('web', 'httpd', '-f', '-p', '8080', '-h', '/');
  sleeps = await push('sleeps', 'sleep', '12');
});
afterAll(() => harness.close());

const ABSENT = '127.0.0.1:1/absent:1';

/** A Job that is a hook of Argo CD. Without an image that exists it fails after some seconds. */
function hook(type: string, image = ABSENT): string {
  return JSON.stringify({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: type.toLowerCase(),
      annotations: { 'argocd.argoproj.io/hook': type, 'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation' },
    },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: image === ABSENT ? 5 : 60,
      template: { spec: { restartPolicy: 'Never', containers: [{ name: 'hook', image }] } },
    },
  });
}

const inWave = (wave: number, object: object) =>
  JSON.stringify(object).replace(
    '"metadata":{',
    `"metadata":{"annotations":{"argocd.argoproj.io/sync-wave":"${wave}"},`,
  );
const documents = (...texts: string[]) => texts.join('\n---\n');

describe('wait-for-rollout with hooks of Argo CD', () => {
  test.concurrent('fails with the PostSync hook that failed, although the Application is synced and healthy', async () => {
    const app = await newApplication(settings('blue'));
    expect(outcomeOf(await app.wait())).toStrictEqual([0, 'current', 'current']);
    app.push(documents(settings('green'), hook('PostSync')));
    const failed = await app.wait();
    const text = failed.log.join('\n');
    expectWithNote(outcomeOf(failed), text).toStrictEqual([1, 'failed', 'sync-failed']);
    expect(text).toMatch(/the sync ended Failed: job\/postsync \(PostSync hook\): /);
    expect(await cluster.kubectl.get('configmap/settings', app.namespace, '.data.color')).toBe('green');
    // The commit that repairs it also changes an object: Argo CD runs no hooks otherwise.
    app.push(settings('red'));
    const repaired = await app.wait();
    expectWithNote(outcomeOf(repaired), repaired.log.join('\n')).toStrictEqual([0, 'current', 'current']);
  });

  test.concurrent('fails with the PreSync hook that failed', async () => {
    const app = await newApplication(settings('blue'));
    await argoCd.healthy(app.namespace, app.head());
    app.push(documents(settings('green'), hook('PreSync')));
    const failed = await app.wait();
    const text = failed.log.join('\n');
    expectWithNote(outcomeOf(failed), text).toStrictEqual([1, 'failed', 'sync-failed']);
    expect(text).toMatch(/job\/presync \(PreSync hook\): /);
    expect(await cluster.kubectl.get('configmap/settings', app.namespace, '.data.color')).toBe('blue');
  });
});

describe('wait-for-rollout does not fail the commit that repairs the one before', () => {
  test.concurrent('if the cluster rejected that', async () => {
    const app = await newApplication(settings('blue'));
    await argoCd.healthy(app.namespace, app.head());
    app.push(serviceWithoutPorts);
    await argoCd.ended(app.namespace, 'Failed');
    await argoCd.reports(app.namespace, 'SyncError');
    app.push(settings('green'));
    const repaired = await app.wait();
    expectWithNote(outcomeOf(repaired), repaired.log.join('\n')).toStrictEqual([0, 'current', 'current']);
  });

  test.concurrent('if it reverts that, so that nothing is synced', async () => {
    const app = await newApplication(settings('blue'));
    await argoCd.healthy(app.namespace, app.head());
    app.push(documents(settings('blue'), serviceWithoutPorts));
    await argoCd.ended(app.namespace, 'Failed');
    app.push(settings('blue'));
    const repaired = await app.wait();
    expectWithNote(outcomeOf(repaired), repaired.log.join('\n')).toStrictEqual([0, 'current', 'current']);
  });

  test.concurrent('if the manifests of that could not be read', async () => {
    const app = await newApplication(settings('blue'));
    await argoCd.healthy(app.namespace, app.head());
    app.push(unclosedMapping);
    await argoCd.refresh(app.namespace);
    await argoCd.reports(app.namespace, 'ComparisonError');
    app.push(settings('green'));
    const repaired = await app.wait();
    expectWithNote(outcomeOf(repaired), repaired.log.join('\n')).toStrictEqual([0, 'current', 'current']);
  });

  test.concurrent('with a workload of a later wave that is named, and that was failing', async () => {
    const failing = JSON.stringify(deployment('web', '', ABSENT));
    const app = await newApplication(failing);
    await argoCd.applied(app.namespace, app.head());
    await cluster.kubectl.wait(
      'pod app=web',
      app.namespace,
      '.status.containerStatuses[0].state.waiting.reason',
      'ImagePullBackOff',
    );
    // The hook takes longer than all graces of the failing Deployment.
    app.push(documents(hook('PreSync', sleeps), inWave(1, deployment('web', '', web))));
    const repaired = await app.wait({ resources: `deployment/web\n${app.resource}`, namespace: app.namespace });
    const text = repaired.log.join('\n');
    expectWithNote(outcomeOf(repaired), text).toStrictEqual([0, 'current', 'current']);
    expect(text).toMatch(/\(application\/argo-cd-\w+ has not applied the (commit|state in Git) yet\)/);
  });
});

test('wait-for-rollout says which commit before blocks the expected one, and why', async () => {
  const app = await newApplication(settings('blue'), 5);
  await argoCd.healthy(app.namespace, app.head());
  const before = app.push(serviceWithoutPorts);
  await cluster.kubectl.wait(
    `${app.resource.replace(/^[^/]+\//, '')}`,
    argoCd.namespace,
    '.status.operationState.retryCount',
    '2',
  );
  app.push(settings('green'));
  const blocked = await app.wait({ timeout: '12s' });
  const text = blocked.log.join('\n');
  expectWithNote(outcomeOf(blocked), text).toStrictEqual([1, 'timeout', 'timeout']);
  expect(text).toMatch(
    new RegExp(`the sync( of ${before.slice(0, 9)})? fails: service/web: .*spec\\.ports: Required value`),
  );
});

/** Creates a repository with one manifest, and an Application that applies it to a new namespace. */
async function newApplication(manifest: string, retries = 1) {
  const repository = await gitOps.newRepository('argo-cd', manifest);
  const { namespace, folder } = repository;
  const { url } = await startGitServer(harness, dirname(folder));
  const source = { repository: `${url}/${namespace}.git`, path: 'app', revision: 'main' };
  await argoCd.createApplication({ name: namespace, namespace, retries, ...source });
  const resource = `${argoCd.namespace}/application/${namespace}`;
  return {
    ...repository,
    resource,
    wait: (inputs: Readonly<Record<string, string>> = {}) =>
      gitOps.wait({ resources: resource, revision: repository.head(), ...inputs }),
  };
}
