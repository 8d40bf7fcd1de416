import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Obj } from '../../fakes/kubernetes/model.ts';
import { deployment, digestOf, REPOSITORY } from '../../fakes/kubernetes/workloads.ts';
import { expectWithNote } from '../../jest-support.ts';
import { statuses } from './action-result.ts';
import { ClusterHarness } from './harness.ts';

/** The objects that Argo CD manages become targets with their Application. */

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
