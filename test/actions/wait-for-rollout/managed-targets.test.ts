import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { stringAt } from '../../../src/json/json.ts';
import type { Obj } from '../../fakes/kubernetes/model.ts';
import { deployment, digestOf, job, REPOSITORY } from '../../fakes/kubernetes/workloads.ts';
import { expectWithNote } from '../../jest-support.ts';
import { type ActionResult, ClusterHarness } from './harness.ts';

/** The objects that Argo CD, Flux and Helm manage become targets with their Application, Kustomization or release. */

const BEFORE = 'a'.repeat(40);
const COMMIT = 'b'.repeat(40);
const NEW = digestOf('2');
const BROKEN = 'nowhere:1';
const CART = '127.0.0.1:9/acme/cart:v1';
const cart = (parts: Parameters<typeof deployment>[0] = {}) => deployment({ name: 'cart', image: CART, ...parts });
const image = `${REPOSITORY}@${NEW}`;
const v2 = (parts: Parameters<typeof deployment>[0] = {}) => deployment({ image: `${REPOSITORY}:v2`, ...parts });

let harness: ClusterHarness;
beforeEach(async () => {
  harness = await ClusterHarness.open({ token: 'a-token' });
  harness.images[`${REPOSITORY}:v1`] = { kind: 'serves', digest: digestOf('1') };
  harness.images[`${REPOSITORY}:v2`] = { kind: 'serves', digest: NEW };
  harness.images[CART] = { kind: 'serves', digest: digestOf('3') };
  harness.kubernetes.store.onChange(({ key }) => {
    if (/deployments|jobs|pods/.test(key)) harness.argoCd.refresh();
  });
});
afterEach(() => harness.close());

/** `Deployment/shop current` for each entry of output `resources`, in order. */
function statuses({ resources }: ActionResult): string[] {
  return resources.map((entry) => `${stringAt(entry, 'kind')}/${stringAt(entry, 'name')} ${stringAt(entry, 'status')}`);
}

describe('wait-for-rollout, the objects of an Argo CD Application', () => {
  const inputs = { resources: 'argocd/application/shop', revision: COMMIT, timeout: '3m' };
  beforeEach(async () => {
    harness.argoCd.sync('shop', BEFORE, [deployment(), cart()]);
    await harness.pass(10_000);
  });

  it('proves the image by managed workloads, including those that only the commit adds', async () => {
    harness.after(5000, () =>
      harness.argoCd.sync('shop', COMMIT, [v2(), cart(), v2({ name: 'search', namespace: 'find' })]),
    );
    const end = await harness.wait({ ...inputs, image });
    expectWithNote(end.exitCode, end.error).toBe(0);
    expect(statuses(end).sort()).toStrictEqual([
      'Application/shop current',
      'Deployment/cart current',
      'Deployment/search current',
      'Deployment/shop current',
    ]);
    expect(end.outputs['message']).toBe('4 of 4 current');
    const log = end.log.join('\n');
    expect(log).toMatch(/▸ application\/shop manages deployment\/shop in default, deployment\/cart in default/);
    expect(log).toMatch(/▸ application\/shop manages deployment\/search in find/);
  });

  it('proves the image only by the workload in the inputs, if the Application manages others of the same repository', async () => {
    const canary = (parts: Parameters<typeof deployment>[0] = {}) => deployment({ name: 'shop-canary', ...parts });
    harness.argoCd.sync('shop', BEFORE, [deployment(), canary()]);
    await harness.pass(10_000);
    harness.after(5000, () =>
      harness.argoCd.sync('shop', COMMIT, [deployment(), canary({ image: `${REPOSITORY}:v2` })]),
    );
    const end = await harness.wait({
      ...inputs,
      resources: 'deployment/shop-canary\nargocd/application/shop',
      image,
    });
    expectWithNote(end.exitCode, end.error).toBe(0);
    expect(statuses(end).sort()).toStrictEqual([
      'Application/shop current',
      'Deployment/shop current',
      'Deployment/shop-canary current',
    ]);
  });

  it('fails for a broken managed workload long before Argo CD reports it', async () => {
    harness.after(5000, () => harness.argoCd.sync('shop', COMMIT, [v2(), cart({ image: BROKEN })]));
    const { outputs, error, elapsed } = await harness.wait(inputs);
    expect(outputs['reason']).toBe('image-not-found');
    expect(error).toMatch(/^deployment\/cart in default can't become ready: .*\ndeployment\/cart → replicaset\/cart-/);
    expectWithNote(elapsed, `${elapsed}`).toBeLessThan(15_000);
  });

  it('names the broken workload of an Application that is already degraded', async () => {
    harness.argoCd.sync('shop', COMMIT, [deployment({ image: BROKEN, spec: { progressDeadlineSeconds: 10 } })]);
    await harness.pass(60_000);
    const { error } = await harness.wait(inputs);
    expect(error).toMatch(/^deployment\/shop in default can't become ready: .*\ndeployment\/shop → .*\n.*nowhere:1/);
  });

  it('ignores a workload that the earlier release broke', async () => {
    harness.argoCd.sync('shop', 'd'.repeat(40), [deployment({ image: BROKEN })]);
    await harness.pass(60_000);
    harness.after(40_000, () => harness.argoCd.sync('shop', COMMIT, [v2()]));
    const end = await harness.wait({ ...inputs, image });
    expectWithNote(end.exitCode, end.error).toBe(0);
    const without = await harness.wait({ resources: inputs.resources });
    expectWithNote(without.exitCode, without.error).toBe(0);
  });

  it('drops objects that the commit prunes', async () => {
    harness.after(5000, () => harness.argoCd.sync('shop', COMMIT, [v2()]));
    const end = await harness.wait(inputs);
    expectWithNote(end.exitCode, end.error).toBe(0);
    expect(statuses(end)).toStrictEqual(['Application/shop current', 'Deployment/shop current']);
  });

  it('finds the objects of nested Applications', async () => {
    const root: Obj = {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: 'root', namespace: 'argocd' },
      spec: { source: { repoURL: 'https://git.example/gitops.git' }, destination: { name: 'in-cluster' } },
    };
    harness.apply(root);
    const child = { group: 'argoproj.io', version: 'v1alpha1', kind: 'Application', namespace: 'argocd', name: 'shop' };
    harness.kubernetes.setStatus(root, {
      sync: { status: 'Synced', revision: COMMIT },
      health: { status: 'Healthy' },
      resources: [
        { ...child, status: 'Synced' },
        { kind: 'ConfigMap', version: 'v1', namespace: 'default', name: 'c' },
      ],
    });
    harness.apply(root);
    const end = await harness.wait({ resources: 'argocd/app/root' });
    expectWithNote(end.exitCode, end.error).toBe(0);
    expect(statuses(end)).toStrictEqual([
      'Application/root current',
      'Application/shop current',
      'Deployment/shop current',
      'Deployment/cart current',
    ]);
  });

  it('relies on the status of Argo CD, and logs it, if the account may not list the workloads', async () => {
    harness.kubernetes.deny({ resource: 'deployments' });
    const blind = await harness.wait({ ...inputs, revision: BEFORE });
    expectWithNote(blind.exitCode, blind.error).toBe(0);
    expect(statuses(blind)).toStrictEqual(['Application/shop current']);
    expect(blind.log.join('\n')).toMatch(
      /may not list deployments in default .*count only through the status of their controller/,
    );
  });
});

describe('wait-for-rollout, the objects of Flux', () => {
  const ready = { type: 'Ready', status: 'True', reason: 'ReconciliationSucceeded', observedGeneration: 1 };
  const flux = (kind: string, group: string, version: string, spec: Obj = {}): Obj => ({
    apiVersion: `${group}.toolkit.fluxcd.io/${version}`,
    kind,
    metadata: { name: 'shop', namespace: 'flux-system' },
    spec: { interval: '1m', ...spec },
  });

  it('waits for the inventory of a Kustomization', async () => {
    const kustomization = flux('Kustomization', 'kustomize', 'v1');
    harness.apply(kustomization, v2(), v2({ name: 'cart', namespace: 'other' }));
    const entries = [
      'default_shop_apps_Deployment',
      'other_cart_apps_Deployment',
      '_system__reader_rbac.authorization.k8s.io_ClusterRole',
    ];
    harness.kubernetes.setStatus(kustomization, {
      observedGeneration: 1,
      conditions: [ready],
      lastAppliedRevision: `main@sha1:${COMMIT}`,
      inventory: { entries: entries.map((id) => ({ id, v: 'v1' })) },
    });
    const end = await harness.wait({ resources: 'flux-system/ks/shop', revision: COMMIT, image });
    expectWithNote(end.exitCode, end.error).toBe(0);
    expect(statuses(end)).toStrictEqual([
      'Kustomization/shop current',
      'Deployment/shop current',
      'Deployment/cart current',
    ]);
  });

  it('does not judge the state before the commit as the state after it while a watch is down', async () => {
    const object = flux('Kustomization', 'kustomize', 'v1');
    const applied = (commit: string) =>
      harness.kubernetes.setStatus(object, {
        observedGeneration: 1,
        conditions: [ready],
        lastAppliedRevision: `main@sha1:${commit}`,
        inventory: { entries: [{ id: 'default_shop_apps_Deployment', v: 'v1' }] },
      });
    harness.apply(object, deployment());
    applied(BEFORE);
    await harness.pass(10_000);
    harness.after(5000, () => {
      harness.kubernetes.faults.inject(/^GET .*\/deployments/, { kind: 'status', status: 503 }, 4);
      harness.kubernetes.cutWatches();
    });
    harness.after(6000, () => {
      harness.apply(deployment({ image: BROKEN }));
      applied(COMMIT);
    });
    const end = await harness.wait({ resources: 'flux-system/ks/shop', revision: COMMIT });
    expectWithNote(end.outputs['reason'], end.changes.join('\n')).toBe('image-not-found');
  });

  it('finds the workloads of a HelmRelease by their labels, without hooks', async () => {
    const labels = { 'helm.toolkit.fluxcd.io/name': 'shop', 'helm.toolkit.fluxcd.io/namespace': 'flux-system' };
    const release = flux('HelmRelease', 'helm', 'v2', { targetNamespace: 'default' });
    const hook = job({ labels });
    harness.apply(release, v2({ labels, image: BROKEN }), deployment({ name: 'stranger', image: BROKEN }), {
      ...hook,
      metadata: { name: 'migrate', namespace: 'default', labels, annotations: { 'helm.sh/hook': 'pre-upgrade' } },
    });
    harness.kubernetes.setStatus(release, { observedGeneration: 1, conditions: [ready] });
    const end = await harness.wait({ resources: 'flux-system/hr/shop' });
    expectWithNote(end.outputs['reason'], end.error).toBe('image-not-found');
    expect(statuses(end)).toStrictEqual(['HelmRelease/shop current', 'Deployment/shop failed']);
  });

  it('relies on the status of Flux if a Kustomization applies to another cluster', async () => {
    const remote = flux('Kustomization', 'kustomize', 'v1', { kubeConfig: { secretRef: { name: 'prod-eu' } } });
    harness.apply(remote, deployment({ image: BROKEN }));
    harness.kubernetes.setStatus(remote, {
      observedGeneration: 1,
      conditions: [ready],
      inventory: { entries: [{ id: 'default_shop_apps_Deployment', v: 'v1' }] },
    });
    const end = await harness.wait({ resources: 'flux-system/ks/shop' });
    expectWithNote(end.exitCode, end.error).toBe(0);
    expect(end.log.join('\n')).toMatch(/manages objects in another cluster \(prod-eu\)/);
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

  it('waits for the newest revision and the workloads that it installed', async () => {
    harness.apply(revision(9, 'superseded'), revision(10, 'pending-upgrade'), revision(1, 'failed', 'other'));
    harness.apply(installed(v2({ labels: chart })), deployment({ name: 'stranger', image: BROKEN, labels: chart }));
    harness.after(4000, () => harness.apply(revision(10, 'deployed')));
    const end = await harness.wait({ ...inputs, image });
    expectWithNote(end.exitCode, end.error).toBe(0);
    expect(statuses(end)).toStrictEqual(['Helm/shop current', 'Deployment/shop current']);
    expectWithNote(
      end.changes.some((line) => line.includes('revision 10 is pending-upgrade')),
      end.changes.join('\n'),
    ).toBeTruthy();
    expect(end.elapsed).toBeGreaterThanOrEqual(4000);
    const asked = harness.kubernetes.requests.filter(({ path }) => path.endsWith('/secrets'));
    expect(asked.length).toBeGreaterThanOrEqual(2);
    for (const { headers } of asked) expect(String(headers.accept)).toMatch(/as=PartialObjectMetadata/);
  });

  it('fails if the release failed, or if one of its workloads fails', async () => {
    harness.apply(revision(2, 'failed'), installed(v2({ labels: chart })));
    const failed = await harness.wait(inputs);
    expect(failed.outputs['reason']).toBe('release-failed');
    expect(failed.error).toMatch(
      /helm\/shop .*can't become ready: Helm couldn't install or upgrade the release\nrevision 2 is failed/,
    );
    harness.apply(revision(3, 'deployed'), installed(v2({ labels: chart, image: BROKEN })));
    const broken = await harness.wait(inputs);
    expect(broken.error).toMatch(/^deployment\/shop .*its image does not exist/);
  });

  it('relies on the workloads of a release whose Secrets it may not read', async () => {
    harness.kubernetes.deny({ resource: 'secrets' });
    harness.apply(installed(v2({ labels: chart })));
    const end = await harness.wait({ ...inputs, image });
    expectWithNote(end.exitCode, end.error).toBe(0);
    expect(statuses(end)).toStrictEqual(['Helm/shop current', 'Deployment/shop current']);
  });

  it('suggests a similar name for a release that does not exist', async () => {
    harness.apply(revision(1, 'deployed'));
    const near = await harness.wait({ resources: 'helm/shpo' });
    expect(near.error).toMatch(
      /^There is no Helm release "shpo" in namespace default \(context double\)\.\n→ Did you mean "helm\/shop"\?$/,
    );
    const far = await harness.wait({ resources: 'helm/billing' });
    expect(far.error).toMatch(/\n→ List the releases with `helm list -n default`: shop\.$/);
  });
});
