// wait-for-rollout against a real Argo CD: what it says of commits that it can't apply, of what does not get healthy, and of
// commits that are overtaken.

import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { FakeGitHub } from '../fakes/github/server.ts';
import { expectWithNote } from '../jest-support.ts';
import { runStep, type StepResult } from '../runner/runner.ts';
import { type ArgoCd, startArgoCd } from './components/argo-cd.ts';
import { type Cluster, startCluster } from './components/cluster.ts';
import { startGitServer } from './components/git-server.ts';
import { Harness } from './components/harness.ts';
import { deployment } from './components/manifests.ts';
import { newJob } from './components/shop.ts';

const harness = new Harness();
let cluster: Cluster;
let argoCd: ArgoCd;
let github: FakeGitHub;
let token: string;

beforeAll(async () => {
  cluster = await startCluster(harness);
  argoCd = await startArgoCd(harness, cluster);
  github = await FakeGitHub.start();
  harness.add({ name: 'GitHub', stop: () => github.close() });
  token = github.token();
});
afterAll(() => harness.close());

const settings = (colour: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {colour: ${colour}}\n`;

describe('an Application that can not get there fails with its cause', () => {
  const absent = JSON.stringify(deployment('web', '', '127.0.0.1:1/absent:1'));
  const cases: Readonly<Record<string, { file: string; cause: string; says: RegExp; grace?: string }>> = {
    'a manifest that is no YAML': {
      file: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: open\n',
      cause: 'sync-failed',
      says: /ComparisonError: Failed to load target state/,
    },
    'a kind that the cluster does not know': {
      file: 'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: one}\n',
      cause: 'sync-failed',
      says: /Widget/,
    },
    'a manifest that the cluster refuses': {
      file: 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: []}\n',
      cause: 'sync-failed',
      says: /spec\.ports: Required value/,
    },
    'a Deployment that does not get healthy': {
      file: absent.replace('"spec":{', '"spec":{"progressDeadlineSeconds":5,'),
      cause: 'progress-deadline',
      says: /deployment\/web → replicaset\/web-\w+ → pod\/web-\w+-\w+ → container app/,
    },
  };
  for (const [name, { file, cause, says }] of Object.entries(cases)) {
    test.concurrent(name, async () => {
      const app = await newApplication(file);
      const { exitCode, outputs, log } = await wait({
        resources: app.resource,
        revision: app.repository.branch('main') ?? '',
      });
      const text = log.join('\n');
      expectWithNote(exitCode, text).toBe(1);
      expectWithNote([outputs['result'], outputs['reason']], text).toStrictEqual(['failed', cause]);
      expect(text).toMatch(says);
    });
  }
});

test('a commit that Argo CD has yet to see is waited for', async () => {
  const app = await newApplication(settings('blue'));
  await wait({ resources: app.resource, revision: app.repository.branch('main') ?? '' });
  const revision = app.repository.push('main', { 'app/manifest.yaml': settings('green') }, 'Green');
  const { exitCode, outputs, log } = await wait({ resources: app.resource, revision });
  expectWithNote(exitCode, log.join('\n')).toBe(0);
  expect(outputs['result']).toBe('current');
  expect(await cluster.kubectl.get('configmap/settings', app.namespace, '.data.colour')).toBe('green');
});

test('a commit that was overtaken by its successor is in place, superseded', async () => {
  const app = await newApplication(settings('blue'));
  const revision = app.repository.push('main', { 'app/manifest.yaml': settings('green') }, 'Green');
  const later = app.repository.push('main', { 'app/manifest.yaml': settings('red') }, 'Red');
  await argoCd.healthy(app.namespace, later);
  const { outputs, log } = await wait({ resources: app.resource, revision, repository: app.repository.fullName });
  expectWithNote(outputs['result'], log.join('\n')).toBe('superseded');
});

/** An Application of a repository with one manifest, in a namespace of its own. */
async function newApplication(manifest: string) {
  const namespace = await cluster.kubectl.createNamespace('argo-cd');
  const repository = github.addRepository(`acme/${namespace}`, { files: { 'app/manifest.yaml': manifest } });
  const { url } = await startGitServer(harness, dirname(repository.git.dir));
  await argoCd.createApplication({
    name: namespace,
    repository: `${url}/${namespace}.git`,
    path: 'app',
    revision: 'main',
    namespace,
  });
  return { namespace, repository, resource: `${argoCd.namespace}/application/${namespace}` };
}

function wait(inputs: Readonly<Record<string, string>>): Promise<StepResult> {
  const common = { kubeconfig: cluster.kubeconfig, timeout: '90s' };
  return runStep(newJob(harness, token, github.env), { action: 'wait-for-rollout', with: { ...common, ...inputs } });
}
