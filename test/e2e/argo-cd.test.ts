// wait-for-rollout with a real Argo CD: commits that can't be applied, resources that don't become healthy, and superseded commits.

import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expectWithNote } from '../jest-support.ts';
import { type ArgoCd, startArgoCd } from './components/argo-cd.ts';
import { type Cluster, startCluster } from './components/cluster.ts';
import { startGitServer } from './components/git-server.ts';
import {
  GitOpsFixture,
  serviceWithoutPorts,
  settings,
  unclosedMapping,
  unknownKind,
} from './components/gitops-fixture.ts';
import { Harness } from './components/harness.ts';
import { deployment } from './components/manifests.ts';

const harness = new Harness();
let cluster: Cluster;
let argoCd: ArgoCd;
let gitOps: GitOpsFixture;

beforeAll(async () => {
  cluster = await startCluster(harness);
  argoCd = await startArgoCd(harness, cluster);
  gitOps = await GitOpsFixture.start(harness, cluster);
});
afterAll(() => harness.close());

describe("wait-for-rollout fails with the cause if an Application can't become healthy", () => {
  const absent = JSON.stringify(deployment('web', '', '127.0.0.1:1/absent:1'));
  const cases: Readonly<Record<string, { file: string; cause: string; expectedLog: RegExp }>> = {
    "sync-failed: a manifest isn't YAML": {
      file: unclosedMapping,
      cause: 'sync-failed',
      expectedLog: /ComparisonError: Failed to load target state/,
    },
    "sync-failed: the cluster doesn't know a kind": {
      file: unknownKind,
      cause: 'sync-failed',
      expectedLog: /Widget/,
    },
    'sync-failed: the cluster rejects a manifest': {
      file: serviceWithoutPorts,
      cause: 'sync-failed',
      expectedLog: /spec\.ports: Required value/,
    },
    "progress-deadline: a Deployment doesn't become ready": {
      file: absent.replace('"spec":{', '"spec":{"progressDeadlineSeconds":5,'),
      cause: 'progress-deadline',
      expectedLog: /deployment\/web → replicaset\/web-\w+ → pod\/web-\w+-\w+ → container app/,
    },
  };
  test.concurrent.each(Object.entries(cases))('%s', async (_name, { file, cause, expectedLog }) => {
    const app = await newApplication(file);
    const { exitCode, outputs, log } = await gitOps.wait({
      resources: app.resource,
      revision: app.head(),
    });
    const text = log.join('\n');
    expectWithNote(exitCode, text).toBe(1);
    expectWithNote([outputs['result'], outputs['reason']], text).toStrictEqual(['failed', cause]);
    expect(text).toMatch(expectedLog);
  });
});

test("wait-for-rollout waits for a commit that Argo CD hasn't seen yet", async () => {
  const app = await newApplication(settings('blue'));
  await gitOps.wait({ resources: app.resource, revision: app.head() });
  const revision = app.push(settings('green'));
  const { exitCode, outputs, log } = await gitOps.wait({ resources: app.resource, revision });
  expectWithNote(exitCode, log.join('\n')).toBe(0);
  expect(outputs['result']).toBe('current');
  expect(await cluster.kubectl.get('configmap/settings', app.namespace, '.data.color')).toBe('green');
});

test('the result is superseded if Argo CD has applied a later commit', async () => {
  const app = await newApplication(settings('blue'));
  const revision = app.push(settings('green'));
  const later = app.push(settings('red'));
  await argoCd.healthy(app.namespace, later);
  const { outputs, log } = await gitOps.wait({ resources: app.resource, revision, repository: app.fullName });
  expectWithNote(outputs['result'], log.join('\n')).toBe('superseded');
});

/** Creates a repository with one manifest, and an Application that applies it to a new namespace. */
async function newApplication(manifest: string) {
  const repository = await gitOps.newRepository('argo-cd', manifest);
  const { namespace, folder } = repository;
  const { url } = await startGitServer(harness, dirname(folder));
  await argoCd.createApplication({
    name: namespace,
    repository: `${url}/${namespace}.git`,
    path: 'app',
    revision: 'main',
    namespace,
  });
  return { ...repository, resource: `${argoCd.namespace}/application/${namespace}` };
}
