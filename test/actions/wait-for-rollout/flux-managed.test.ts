import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Obj } from '../../fakes/kubernetes/model.ts';
import { deployment, digestOf, job, REPOSITORY } from '../../fakes/kubernetes/workloads.ts';
import { expectWithNote } from '../../jest-support.ts';
import { statuses } from './action-result.ts';
import { ClusterHarness } from './harness.ts';

/** The objects that Flux manages become targets with their Kustomization or HelmRelease. */

const BEFORE = 'a'.repeat(40);
const COMMIT = 'b'.repeat(40);
const NEW = digestOf('2');
const BROKEN = 'nowhere:1';
const image = `${REPOSITORY}@${NEW}`;
const v2 = (parts: Parameters<typeof deployment>[0] = {}) => deployment({ image: `${REPOSITORY}:v2`, ...parts });

let harness: ClusterHarness;
beforeEach(async () => {
  harness = await ClusterHarness.open({ token: 'a-token' });
  harness.images[`${REPOSITORY}:v1`] = { kind: 'serves', digest: digestOf('1') };
  harness.images[`${REPOSITORY}:v2`] = { kind: 'serves', digest: NEW };
});
afterEach(() => harness.close());

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
