// wait-for-rollout with Flux's real kustomize-controller and helm-controller: HelmReleases that a commit breaks, repairs and rolls back.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { expectWithNote } from '../jest-support.ts';
import type { StepResult } from '../runner/runner.ts';
import { type Cluster, startCluster } from './components/cluster.ts';
import { type Flux, startFlux } from './components/flux.ts';
import { GitOpsFixture } from './components/gitops-fixture.ts';
import { Harness } from './components/harness.ts';
import { type HelmController, startHelmController } from './components/helm-controller.ts';
import { programImage, pushImage } from './components/image.ts';
import { deployment } from './components/manifests.ts';
import { outcomeOf } from './components/outcome.ts';
import { startRegistry } from './components/registry.ts';
import { locate } from './tools/locate.ts';

const harness = new Harness();
let cluster: Cluster;
let flux: Flux;
let helm: HelmController;
let gitOps: GitOpsFixture;
/** An image (with digest) of a web server. */
let image: string;

beforeAll(async () => {
  const [{ address }, started] = await Promise.all([startRegistry(harness), startCluster(harness)]);
  cluster = started;
  flux = await startFlux(harness, cluster);
  helm = await startHelmController(harness, cluster);
  gitOps = await GitOpsFixture.start(harness, cluster);
  const repository = `${address}/flux-helm-${process.pid}/web`;
  const server = programImage(locate('busybox') ?? 'busybox', 'httpd', '-f', '-p', '8080', '-h', '/');
  image = `${repository}@${await pushImage(harness.folder, server, `docker://${repository}:1`)}`;
});
afterAll(() => harness.close());

const ABSENT = '127.0.0.1:1/absent:1';
const template = JSON.stringify(deployment('web', '', 'IMAGE')).replace('IMAGE', '{{ .Values.image }}');

/** A HelmRelease. Helm waits 10 s for its workloads. */
const release = (value: string, spec: object = {}) =>
  JSON.stringify({
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name: 'web' },
    spec: {
      interval: '10m',
      timeout: '10s',
      chartRef: { kind: 'OCIRepository', name: 'chart' },
      values: { image: value },
      ...spec,
    },
  });

const named = 'helmrelease/web\nkustomization/app';

test('wait-for-rollout waits for a HelmRelease and its workloads, and then for the commit that repairs them', async () => {
  const app = await newApp(release(image));
  await app.fetch();
  const first = await app.wait({ resources: named });
  expectWithNote(outcomeOf(first), first.log.join('\n')).toStrictEqual([0, 'current', 'current']);

  app.push(release(ABSENT));
  await app.fetch();
  const broken = await app.wait({ resources: named });
  const text = broken.log.join('\n');
  expectWithNote(outcomeOf(broken), text).toStrictEqual([1, 'failed', 'stalled']);
  expect(text).toMatch(/RetriesExceeded: .*; UpgradeFailed: Helm upgrade failed for release/);

  app.push(release(image, { values: { image, color: 'green' } }));
  const repairing = app.wait({ resources: named });
  // `stalled` has no grace: before Flux comes to the commit, the HelmRelease has failed for long enough.
  await new Promise((resolve) => setTimeout(resolve, 8000));
  await app.fetch();
  const repaired = await repairing;
  expectWithNote(outcomeOf(repaired), repaired.log.join('\n')).toStrictEqual([0, 'current', 'current']);
  expect(repaired.log.join('\n')).toMatch(/helmrelease\/web .*\(kustomization\/app has not applied the commit yet\)/);
});

test('a HelmRelease that was rolled back has failed, with the reason of the rollback', async () => {
  const app = await newApp(release(image));
  await app.fetch();
  const first = await app.wait({ resources: named });
  expectWithNote(outcomeOf(first), first.log.join('\n')).toStrictEqual([0, 'current', 'current']);
  const upgrade = { remediation: { retries: 0, remediateLastFailure: true } };
  app.push(release(ABSENT, { upgrade }));
  await app.fetch();
  const reverted = await app.wait({ resources: named, grace: 'image-pull-failed=5m\nimage-not-found=5m' });
  const text = reverted.log.join('\n');
  expectWithNote(reverted.outputs['result'], text).toBe('failed');
  expect(text).toMatch(/UpgradeFailed: Helm upgrade failed for release/);
});

/** Creates a chart, a repository with one manifest, and a Kustomization that applies it to a new namespace. */
async function newApp(manifest: string) {
  const repository = await gitOps.newRepository('flux-helm', manifest);
  const { namespace, fullName, folder, head } = repository;
  await helm.createChart(namespace, 'chart', template);
  await flux.createKustomization(namespace, { wait: false });
  return {
    ...repository,
    /** Makes Flux fetch the head of main. */
    fetch: () => flux.fetch(namespace, folder, head()),
    wait(inputs: Readonly<Record<string, string>> = {}): Promise<StepResult> {
      return gitOps.wait({ namespace, revision: head(), repository: fullName, ...inputs });
    },
  };
}
