import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { deployment, digestOf, REPOSITORY } from '../../fakes/kubernetes/workloads.ts';
import { listenOnLoopback } from '../../fakes/loopback.ts';
import { expectWithNote } from '../../jest-support.ts';
import { ClusterHarness } from './harness.ts';

const BEFORE = 'a'.repeat(40);
const COMMIT = 'b'.repeat(40);
const NEXT = 'c'.repeat(40);
const NEW = digestOf('2');
const v1 = () => deployment();
const v2 = () => deployment({ image: `${REPOSITORY}:v2` });

let harness: ClusterHarness;
beforeEach(async () => {
  harness = await ClusterHarness.open();
  harness.images[`${REPOSITORY}:v1`] = { kind: 'serves', digest: digestOf('1') };
  harness.images[`${REPOSITORY}:v2`] = { kind: 'serves', digest: NEW };
  harness.images[`${REPOSITORY}:v3`] = { kind: 'serves', digest: digestOf('3') };
  harness.kubernetes.store.onChange(({ key }) => {
    if (/deployments|jobs|pods/.test(key)) harness.argoCd.refresh();
  });
});
afterEach(() => harness.close());

const application = { resources: 'argocd/application/shop', revision: COMMIT };

describe('wait-for-rollout, Argo CD', () => {
  beforeEach(async () => {
    harness.argoCd.sync('shop', BEFORE, [v1()]);
    await harness.pass(10_000);
  });

  it('waits until the commit is applied and its workloads are healthy', async () => {
    harness.after(5000, () => harness.argoCd.compare('shop', COMMIT));
    harness.after(8000, () => harness.argoCd.sync('shop', COMMIT, [v2()]));
    const { exitCode, changes, error } = await harness.wait({
      resources: 'argocd/application/shop\ndeployment/shop',
      revision: COMMIT,
      image: `${REPOSITORY}@${NEW}`,
    });
    expectWithNote(exitCode, error).toBe(0);
    const said = changes.filter((line) => line.startsWith('application/shop')).map((line) => line.slice(18));
    expect(said).toStrictEqual([
      'commit aaaaaaaaa is applied, not yet bbbbbbbbb',
      'out of sync',
      'synced, Progressing',
      'synced and healthy',
    ]);
  });

  it('ends at once if the commit is already applied', async () => {
    const { exitCode, elapsed } = await harness.wait({ ...application, revision: BEFORE });
    expect(exitCode).toBe(0);
    expect(elapsed).toBe(0);
  });

  it('fails if the commit makes the Application degraded, but not if it was degraded before', async () => {
    const slow = deployment({ image: 'nowhere:1', spec: { progressDeadlineSeconds: 30 } });
    harness.argoCd.sync('shop', 'd'.repeat(40), [slow]);
    await harness.pass(60_000);
    harness.after(20_000, () => harness.argoCd.sync('shop', COMMIT, [v2()]));
    const mended = await harness.wait(application);
    expectWithNote(mended.exitCode, mended.error).toBe(0);

    const bad = deployment({ image: 'nowhere:2', spec: { progressDeadlineSeconds: 30 } });
    harness.after(5000, () => harness.argoCd.sync('shop', NEXT, [bad]));
    const broken = await harness.wait({ ...application, revision: NEXT });
    expect(broken.exitCode).toBe(1);
    expect(broken.outputs['reason']).toBe('image-not-found');
    expect(broken.error).toMatch(/^deployment\/shop in default can't become ready: its image does not exist\n/);
    expectWithNote(broken.elapsed, `${broken.elapsed}`).toBeLessThan(15_000);
  });

  it('names the failing workload of a degraded Application if that workload is a target too', async () => {
    harness.after(5000, () => harness.argoCd.sync('shop', COMMIT, [deployment({ image: 'nowhere:2' })]));
    const { outputs, error } = await harness.wait({
      ...application,
      resources: 'argocd/application/shop\ndeployment/shop',
    });
    expect(outputs['reason']).toBe('image-not-found');
    expect(error).toMatch(/deployment\/shop → replicaset/);
  });

  it("fails if Argo CD can't apply the commit or can't read the repository", async () => {
    harness.after(5000, () =>
      harness.argoCd.failSync(
        'shop',
        COMMIT,
        'one or more objects failed to apply, reason: Deployment.apps "shop" is invalid',
      ),
    );
    const refused = await harness.wait(application);
    expect(refused.outputs['reason']).toBe('sync-failed');
    expect(refused.error).toMatch(/Deployment\.apps "shop" is invalid/);
    expect(refused.elapsed).toBe(20_000);
    harness.argoCd.sync('shop', BEFORE, [v1()]);
    await harness.pass(10_000);
    harness.after(5000, () => harness.argoCd.failComparison('shop', 'rpc error: authentication required'));
    const unread = await harness.wait(application);
    expect(unread.outputs['reason']).toBe('sync-failed');
    expect(unread.error).toMatch(/ComparisonError: rpc error: authentication required/);
  });

  it('ignores a comparison error that passes', async () => {
    harness.after(5000, () => harness.argoCd.failComparison('shop', 'connection refused'));
    harness.after(12_000, () => harness.argoCd.sync('shop', COMMIT, [v2()]));
    const { exitCode, error } = await harness.wait(application);
    expectWithNote(exitCode, error).toBe(0);
  });

  it('asks GitHub whether another applied commit is newer, and ends as superseded if so', async () => {
    const asked: string[] = [];
    const github = createServer((request, response) => {
      asked.push(`${request.headers.authorization} ${request.url}`);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ status: request.url?.includes(`...${NEXT}`) ? 'ahead' : 'behind' }));
    });
    const env = { GITHUB_API_URL: `http://127.0.0.1:${await listenOnLoopback(github)}` };
    try {
      harness.after(5000, () => harness.argoCd.sync('shop', NEXT, [deployment({ image: `${REPOSITORY}:v3` })]));
      const { exitCode, outputs, error } = await harness.wait({ ...application, repository: 'acme/gitops' }, env);
      expect(exitCode).toBe(1);
      expectWithNote(outputs['result'], error).toBe('superseded');
      expect(error).toMatch(
        /application\/shop in argocd was overtaken by a newer release: a newer commit, ccccccccc, is applied/,
      );
      expect(asked.join('\n')).toMatch(/ghs_test \/repos\/acme\/gitops\/compare\/b{40}\.\.\.[ac]{40}/);
    } finally {
      github.close();
    }
  });

  it('succeeds if a newer commit that contains the expected one is applied and the image runs', async () => {
    const github = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ status: 'ahead' }));
    });
    const env = { GITHUB_API_URL: `http://127.0.0.1:${await listenOnLoopback(github)}` };
    try {
      harness.argoCd.sync('shop', COMMIT, [v2()]);
      await harness.pass(10_000);
      harness.argoCd.sync('shop', NEXT, [v2()]);
      await harness.pass(10_000);
      const inputs = { ...application, repository: 'acme/gitops', image: `${REPOSITORY}@${NEW}` };
      const { exitCode, changes, error } = await harness.wait(inputs, env);
      expectWithNote(exitCode, error).toBe(0);
      expect(changes.join('\n')).toMatch(/a newer commit, ccccccccc, is applied/);
    } finally {
      github.close();
    }
  });

  it('says at the timeout which commit is applied', async () => {
    const { outputs, error } = await harness.wait({ ...application, timeout: '30s' });
    expect(outputs['result']).toBe('timeout');
    expect(error).toMatch(/application\/shop in argocd: commit aaaaaaaaa is applied, not yet bbbbbbbbb \(for 30 s\)/);
  });

  it('refuses an image or a revision that no target can prove', async () => {
    const commit = await harness.wait({ resources: 'deployment/shop', revision: COMMIT });
    expect(commit.error).toMatch(
      /Input `revision` can't be proven: no target applies commits\.\n→ Add the Argo CD Application/,
    );
    const destination = { server: 'https://10.0.0.7:6443', namespace: 'default' };
    harness.apply({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: 'far', namespace: 'argocd' },
      spec: { project: 'default', source: { repoURL: 'https://git.example/gitops.git', path: 'far' }, destination },
    });
    const far = { resources: 'argocd/application/far', revision: COMMIT };
    const image = await harness.wait({ ...far, image: `${REPOSITORY}@${NEW}` });
    expect(image.error).toMatch(/Input `image` can't be proven: no target runs pods\.\n→ Add the workload/);
  });
});
