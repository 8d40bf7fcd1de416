import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { stringAt } from '../../../src/json/json.ts';
import type { Obj } from '../../fakes/kubernetes/model.ts';
import { expectWithNote } from '../../jest-support.ts';
import { Stage, type WaitResult } from './stage.ts';
import { deployment, digestOf, job, REPOSITORY } from './workloads.ts';

/** What Argo CD, Flux and Helm bring into a cluster is waited for with what has brought it. */

const BEFORE = 'a'.repeat(40);
const COMMIT = 'b'.repeat(40);
const NEW = digestOf('2');
const BROKEN = 'nowhere:1';
const CART = '127.0.0.1:9/acme/cart:v1';
const cart = (parts: Parameters<typeof deployment>[0] = {}) => deployment({ name: 'cart', image: CART, ...parts });
const image = `${REPOSITORY}@${NEW}`;
const v2 = (parts: Parameters<typeof deployment>[0] = {}) => deployment({ image: `${REPOSITORY}:v2`, ...parts });

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open({ token: 'a-token' });
  stage.images[`${REPOSITORY}:v1`] = { kind: 'serves', digest: digestOf('1') };
  stage.images[`${REPOSITORY}:v2`] = { kind: 'serves', digest: NEW };
  stage.images[CART] = { kind: 'serves', digest: digestOf('3') };
  stage.double.store.onChange(({ key }) => {
    if (/deployments|jobs|pods/.test(key)) stage.argoCd.refresh();
  });
});
afterEach(() => stage.close());

/** `Deployment/shop current` of each entry of output `resources`, in their order. */
function standing({ resources }: WaitResult): string[] {
  return resources.map((entry) => `${stringAt(entry, 'kind')}/${stringAt(entry, 'name')} ${stringAt(entry, 'status')}`);
}

describe('wait-for-rollout, the tree of an Argo CD Application', () => {
  const inputs = { resources: 'argocd/application/shop', revision: COMMIT, timeout: '3m' };
  beforeEach(async () => {
    stage.argoCd.sync('shop', BEFORE, [deployment(), cart()]);
    await stage.pass(10_000);
  });

  it('proves the image by the pods of the workloads, also of those that only come with the commit', async () => {
    stage.after(5000, () =>
      stage.argoCd.sync('shop', COMMIT, [v2(), cart(), v2({ name: 'search', namespace: 'find' })]),
    );
    const end = await stage.wait({ ...inputs, image });
    expectWithNote(end.exitCode, end.error).toBe(0);
    expect(standing(end).sort()).toStrictEqual([
      'Application/shop current',
      'Deployment/cart current',
      'Deployment/search current',
      'Deployment/shop current',
    ]);
    expect(end.outputs['message']).toBe('4 of 4 current');
    const log = end.log.join('\n');
    expect(log).toMatch(/▸ application\/shop brings deployment\/shop in default, deployment\/cart in default/);
    expect(log).toMatch(/▸ application\/shop brings deployment\/search in find/);
  });

  it('proves the image by the workload that was named, where the Application brings others of the same repository', async () => {
    const canary = (parts: Parameters<typeof deployment>[0] = {}) => deployment({ name: 'shop-canary', ...parts });
    stage.argoCd.sync('shop', BEFORE, [deployment(), canary()]);
    await stage.pass(10_000);
    stage.after(5000, () => stage.argoCd.sync('shop', COMMIT, [deployment(), canary({ image: `${REPOSITORY}:v2` })]));
    const end = await stage.wait({
      ...inputs,
      resources: 'deployment/shop-canary\nargocd/application/shop',
      image,
    });
    expectWithNote(end.exitCode, end.error).toBe(0);
    expect(standing(end).sort()).toStrictEqual([
      'Application/shop current',
      'Deployment/shop current',
      'Deployment/shop-canary current',
    ]);
  });

  it('names the workload that keeps it from becoming healthy, long before Argo CD does', async () => {
    stage.after(5000, () => stage.argoCd.sync('shop', COMMIT, [v2(), cart({ image: BROKEN })]));
    const { outputs, error, elapsed } = await stage.wait(inputs);
    expect(outputs['reason']).toBe('image-not-found');
    expect(error).toMatch(/^deployment\/cart in default can't become ready: .*\ndeployment\/cart → replicaset\/cart-/);
    expectWithNote(elapsed, `${elapsed}`).toBeLessThan(15_000);
  });

  it('names the workload where Argo CD calls it degraded already', async () => {
    stage.argoCd.sync('shop', COMMIT, [deployment({ image: BROKEN, spec: { progressDeadlineSeconds: 10 } })]);
    await stage.pass(60_000);
    const { error } = await stage.wait(inputs);
    expect(error).toMatch(/^deployment\/shop in default can't become ready: .*\ndeployment\/shop → .*\n.*nowhere:1/);
  });

  it('does not count a workload that the release before has broken', async () => {
    stage.argoCd.sync('shop', 'd'.repeat(40), [deployment({ image: BROKEN })]);
    await stage.pass(60_000);
    stage.after(40_000, () => stage.argoCd.sync('shop', COMMIT, [v2()]));
    const end = await stage.wait({ ...inputs, image });
    expectWithNote(end.exitCode, end.error).toBe(0);
    const without = await stage.wait({ resources: inputs.resources });
    expectWithNote(without.exitCode, without.error).toBe(0);
  });

  it('lets go what the commit has pruned', async () => {
    stage.after(5000, () => stage.argoCd.sync('shop', COMMIT, [v2()]));
    const end = await stage.wait(inputs);
    expectWithNote(end.exitCode, end.error).toBe(0);
    expect(standing(end)).toStrictEqual(['Application/shop current', 'Deployment/shop current']);
  });

  it('goes down into Applications of Applications', async () => {
    const root: Obj = {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: 'root', namespace: 'argocd' },
      spec: { source: { repoURL: 'https://git.example/gitops.git' }, destination: { name: 'in-cluster' } },
    };
    stage.apply(root);
    const child = { group: 'argoproj.io', version: 'v1alpha1', kind: 'Application', namespace: 'argocd', name: 'shop' };
    stage.double.setStatus(root, {
      sync: { status: 'Synced', revision: COMMIT },
      health: { status: 'Healthy' },
      resources: [
        { ...child, status: 'Synced' },
        { kind: 'ConfigMap', version: 'v1', namespace: 'default', name: 'c' },
      ],
    });
    stage.apply(root);
    const end = await stage.wait({ resources: 'argocd/app/root' });
    expectWithNote(end.exitCode, end.error).toBe(0);
    expect(standing(end)).toStrictEqual([
      'Application/root current',
      'Application/shop current',
      'Deployment/shop current',
      'Deployment/cart current',
    ]);
  });

  it('is judged by Argo CD alone where the account may not read the workloads, which is said', async () => {
    stage.double.deny({ resource: 'deployments' });
    const blind = await stage.wait({ ...inputs, revision: BEFORE });
    expectWithNote(blind.exitCode, blind.error).toBe(0);
    expect(standing(blind)).toStrictEqual(['Application/shop current']);
    expect(blind.log.join('\n')).toMatch(/may not list deployments in default .*judged by its controller alone/);
  });
});

describe('wait-for-rollout, the inventory of Flux', () => {
  const ready = { type: 'Ready', status: 'True', reason: 'ReconciliationSucceeded', observedGeneration: 1 };
  const flux = (kind: string, group: string, version: string, spec: Obj = {}): Obj => ({
    apiVersion: `${group}.toolkit.fluxcd.io/${version}`,
    kind,
    metadata: { name: 'shop', namespace: 'flux-system' },
    spec: { interval: '1m', ...spec },
  });

  it('of a Kustomization is waited for', async () => {
    const kustomization = flux('Kustomization', 'kustomize', 'v1');
    stage.apply(kustomization, v2(), v2({ name: 'cart', namespace: 'other' }));
    const entries = [
      'default_shop_apps_Deployment',
      'other_cart_apps_Deployment',
      '_system__reader_rbac.authorization.k8s.io_ClusterRole',
    ];
    stage.double.setStatus(kustomization, {
      observedGeneration: 1,
      conditions: [ready],
      lastAppliedRevision: `main@sha1:${COMMIT}`,
      inventory: { entries: entries.map((id) => ({ id, v: 'v1' })) },
    });
    const end = await stage.wait({ resources: 'flux-system/ks/shop', revision: COMMIT, image });
    expectWithNote(end.exitCode, end.error).toBe(0);
    expect(standing(end)).toStrictEqual([
      'Kustomization/shop current',
      'Deployment/shop current',
      'Deployment/cart current',
    ]);
  });

  it('is not in place as it was before: a watch that is down tells nothing of what was just applied', async () => {
    const object = flux('Kustomization', 'kustomize', 'v1');
    const applied = (commit: string) =>
      stage.double.setStatus(object, {
        observedGeneration: 1,
        conditions: [ready],
        lastAppliedRevision: `main@sha1:${commit}`,
        inventory: { entries: [{ id: 'default_shop_apps_Deployment', v: 'v1' }] },
      });
    stage.apply(object, deployment());
    applied(BEFORE);
    await stage.pass(10_000);
    stage.after(5000, () => {
      stage.double.faults.inject(/^GET .*\/deployments/, { kind: 'status', status: 503 }, 4);
      stage.double.cutWatches();
    });
    stage.after(6000, () => {
      stage.apply(deployment({ image: BROKEN }));
      applied(COMMIT);
    });
    const end = await stage.wait({ resources: 'flux-system/ks/shop', revision: COMMIT });
    expectWithNote(end.outputs['reason'], end.changes.join('\n')).toBe('image-not-found');
  });

  it('of a HelmRelease is found by its labels, without its hooks', async () => {
    const labels = { 'helm.toolkit.fluxcd.io/name': 'shop', 'helm.toolkit.fluxcd.io/namespace': 'flux-system' };
    const release = flux('HelmRelease', 'helm', 'v2', { targetNamespace: 'default' });
    const hook = job({ labels });
    stage.apply(release, v2({ labels, image: BROKEN }), deployment({ name: 'stranger', image: BROKEN }), {
      ...hook,
      metadata: { name: 'migrate', namespace: 'default', labels, annotations: { 'helm.sh/hook': 'pre-upgrade' } },
    });
    stage.double.setStatus(release, { observedGeneration: 1, conditions: [ready] });
    const end = await stage.wait({ resources: 'flux-system/hr/shop' });
    expectWithNote(end.outputs['reason'], end.error).toBe('image-not-found');
    expect(standing(end)).toStrictEqual(['HelmRelease/shop current', 'Deployment/shop failed']);
  });

  it('of a Kustomization that applies to another cluster is left to Flux', async () => {
    const remote = flux('Kustomization', 'kustomize', 'v1', { kubeConfig: { secretRef: { name: 'prod-eu' } } });
    stage.apply(remote, deployment({ image: BROKEN }));
    stage.double.setStatus(remote, {
      observedGeneration: 1,
      conditions: [ready],
      inventory: { entries: [{ id: 'default_shop_apps_Deployment', v: 'v1' }] },
    });
    const end = await stage.wait({ resources: 'flux-system/ks/shop' });
    expectWithNote(end.exitCode, end.error).toBe(0);
    expect(end.log.join('\n')).toMatch(/brings its objects into another cluster \(prod-eu\)/);
  });
});

describe('wait-for-rollout, a Helm release', () => {
  const chart = { 'app.kubernetes.io/managed-by': 'Helm' };
  const annotations = { 'meta.helm.sh/release-name': 'shop', 'meta.helm.sh/release-namespace': 'default' };
  const installed = (object: Obj): Obj => ({
    ...object,
    metadata: { ...(typeof object['metadata'] === 'object' ? object['metadata'] : {}), annotations },
  });
  const revision = (version: number, status: string, name = 'shop'): Obj => ({
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'helm.sh/release.v1',
    metadata: {
      name: `sh.helm.release.v1.${name}.v${version}`,
      namespace: 'default',
      labels: { owner: 'helm', name, status, version: String(version) },
    },
    data: { release: 'c2VjcmV0LXZhbHVlcw==' },
  });
  const inputs = { resources: 'helm/shop', timeout: '2m' };

  it('is its newest revision and all that it has installed', async () => {
    stage.apply(revision(9, 'superseded'), revision(10, 'pending-upgrade'), revision(1, 'failed', 'other'));
    stage.apply(installed(v2({ labels: chart })), deployment({ name: 'stranger', image: BROKEN, labels: chart }));
    stage.after(4000, () => stage.apply(revision(10, 'deployed')));
    const end = await stage.wait({ ...inputs, image });
    expectWithNote(end.exitCode, end.error).toBe(0);
    expect(standing(end)).toStrictEqual(['Helm/shop current', 'Deployment/shop current']);
    expectWithNote(
      end.changes.some((line) => line.includes('revision 10 is pending-upgrade')),
      end.changes.join('\n'),
    ).toBeTruthy();
    expect(end.elapsed).toBeGreaterThanOrEqual(4000);
    const asked = stage.double.requests.filter(({ path }) => path.endsWith('/secrets'));
    expect(asked.length).toBeGreaterThanOrEqual(2);
    for (const { headers } of asked) expect(String(headers.accept)).toMatch(/as=PartialObjectMetadata/);
  });

  it('fails where Helm says so, or where a workload of it can not become ready', async () => {
    stage.apply(revision(2, 'failed'), installed(v2({ labels: chart })));
    const failed = await stage.wait(inputs);
    expect(failed.outputs['reason']).toBe('release-failed');
    expect(failed.error).toMatch(
      /helm\/shop .*can't become ready: Helm couldn't install or upgrade the release\nrevision 2 is failed/,
    );
    stage.apply(revision(3, 'deployed'), installed(v2({ labels: chart, image: BROKEN })));
    const broken = await stage.wait(inputs);
    expect(broken.error).toMatch(/^deployment\/shop .*its image does not exist/);
  });

  it('is told by its workloads alone where its state can not be read', async () => {
    stage.double.deny({ resource: 'secrets' });
    stage.apply(installed(v2({ labels: chart })));
    const end = await stage.wait({ ...inputs, image });
    expectWithNote(end.exitCode, end.error).toBe(0);
    expect(standing(end)).toStrictEqual(['Helm/shop current', 'Deployment/shop current']);
  });

  it('that is not there is said, with the near one', async () => {
    stage.apply(revision(1, 'deployed'));
    const near = await stage.wait({ resources: 'helm/shpo' });
    expect(near.error).toMatch(
      /^There is no Helm release "shpo" in namespace default \(context double\)\.\n→ Did you mean "helm\/shop"\?$/,
    );
    const far = await stage.wait({ resources: 'helm/billing' });
    expect(far.error).toMatch(/\n→ `helm list -n default` lists the releases that are there: shop\.$/);
  });
});
