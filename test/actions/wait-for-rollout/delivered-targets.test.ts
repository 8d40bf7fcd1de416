import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Flux } from '../../fakes/kubernetes/controllers/flux.ts';
import type { Obj } from '../../fakes/kubernetes/model.ts';
import { deployment, digestOf, job, REPOSITORY } from '../../fakes/kubernetes/workloads.ts';
import { expectWithNote } from '../../jest-support.ts';
import { statuses } from './action-result.ts';
import { ClusterHarness } from './harness.ts';

/** A target that another target of the same wait delivers is not judged by its state before the commit, named or not. */

const BROKEN = 'a'.repeat(40);
const COMMIT = 'b'.repeat(40);
const v2 = (parts: Parameters<typeof deployment>[0] = {}) => deployment({ image: `${REPOSITORY}:v2`, ...parts });
const broken = (parts: Parameters<typeof deployment>[0] = {}) => deployment({ image: 'nowhere:1', ...parts });

let harness: ClusterHarness;
let flux: Flux;
beforeEach(async () => {
  harness = await ClusterHarness.open();
  flux = new Flux(harness.kubernetes.store, harness.clock);
  harness.images[`${REPOSITORY}:v1`] = { kind: 'serves', digest: digestOf('1') };
  harness.images[`${REPOSITORY}:v2`] = { kind: 'serves', digest: digestOf('2') };
  harness.images[`${REPOSITORY}:fails`] = { kind: 'ends', digest: digestOf('3'), afterMs: 100, exitCode: 1 };
  harness.kubernetes.store.onChange(({ key }) => {
    if (/deployments|jobs|pods/.test(key)) harness.argoCd.refresh();
  });
});
afterEach(() => harness.close());

/** How a commit comes to the cluster. */
const tools: Readonly<Record<string, { readonly resource: string; apply(commit: string, ...objects: Obj[]): void }>> = {
  'an Application': {
    resource: 'argocd/application/shop',
    apply: (commit, ...objects) => harness.argoCd.sync('shop', commit, objects),
  },
  'a Kustomization': {
    resource: 'flux-system/kustomization/shop',
    apply: (commit, ...objects) => flux.apply('shop', commit, objects),
  },
};

describe.each(Object.entries(tools))('a target that is named beside %s', (_tool, { resource, apply }) => {
  const wait = (named: string, more: Readonly<Record<string, string>> = {}) =>
    harness.wait({ resources: `${named}\n${resource}`, revision: COMMIT, timeout: '10m', ...more });

  it('does not fail for what the commit before did to it', async () => {
    apply(BROKEN, broken());
    await harness.pass(60_000);
    harness.after(90_000, () => apply(COMMIT, v2()));
    const { exitCode, error, changes } = await wait('deployment/shop');
    expectWithNote(exitCode, error).toBe(0);
    expect(changes.join('\n')).toMatch(/deployment\/shop .*\(\w+\/shop has not applied the commit yet\)/);
  });

  it('fails if the commit does not repair it', async () => {
    apply(BROKEN, broken());
    await harness.pass(60_000);
    harness.after(90_000, () => apply(COMMIT, broken({ image: 'nowhere:2' })));
    const { outputs, error, elapsed } = await wait('deployment/shop');
    expect(outputs['reason']).toBe('image-not-found');
    expect(error).toMatch(/nowhere:2/);
    expectWithNote(elapsed, `${elapsed}`).toBeLessThan(101_000);
  });

  it('fails if the commit leaves it as it was', async () => {
    apply(BROKEN, broken());
    await harness.pass(60_000);
    harness.after(90_000, () => apply(COMMIT, broken(), v2({ name: 'cart' })));
    const { outputs } = await wait('deployment/shop');
    expect(outputs['reason']).toBe('image-not-found');
  });

  it('may be a Job that failed and that the commit replaces', async () => {
    apply(BROKEN, job({ image: `${REPOSITORY}:fails`, spec: { backoffLimit: 0 } }), deployment());
    await harness.pass(60_000);
    harness.after(90_000, () => {
      harness.kubernetes.delete({ kind: 'Job', name: 'migrate', namespace: 'default' });
      apply(COMMIT, job({ image: `${REPOSITORY}:v2` }), deployment());
    });
    harness.images[`${REPOSITORY}:v2`] = { kind: 'ends', digest: digestOf('2'), afterMs: 100, exitCode: 0 };
    const { exitCode, error } = await wait('job/migrate');
    expectWithNote(exitCode, error).toBe(0);
  });

  it('may be one that only the commit creates, however long that takes', async () => {
    apply(BROKEN, deployment());
    harness.after(200_000, () => apply(COMMIT, deployment(), v2({ name: 'cart' })));
    const { exitCode, error } = await wait('deployment/cart');
    expectWithNote(exitCode, error).toBe(0);
  });

  it('fails if the commit does not create it', async () => {
    apply(BROKEN, deployment());
    harness.after(200_000, () => apply(COMMIT, v2()));
    const { outputs, elapsed } = await wait('deployment/crat');
    expect(outputs['reason']).toBe('not-found');
    expectWithNote(elapsed, `${elapsed}`).toBeLessThan(261_000);
  });

  it('may be one that was deleted, and that the commit brings back', async () => {
    apply(BROKEN, deployment(), v2({ name: 'cart' }));
    harness.after(10_000, () => harness.kubernetes.delete({ kind: 'Deployment', name: 'cart', namespace: 'default' }));
    harness.after(60_000, () => apply(COMMIT, deployment(), v2({ name: 'cart' })));
    const { exitCode, error } = await wait('deployment/cart');
    expectWithNote(exitCode, error).toBe(0);
  });

  it('is judged at once if nothing of the wait delivers it', async () => {
    apply(BROKEN, deployment());
    harness.apply(broken({ name: 'stranger' }));
    await harness.pass(60_000);
    const { outputs, elapsed } = await wait('deployment/stranger');
    expect(outputs['reason']).toBe('image-not-found');
    expectWithNote(elapsed, `${elapsed}`).toBeLessThan(10_000);
  });
});

describe('a HelmRelease that is named beside its Kustomization', () => {
  const labels = { 'helm.toolkit.fluxcd.io/name': 'web', 'helm.toolkit.fluxcd.io/namespace': 'flux-system' };
  const release = (version: string): Obj => ({
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name: 'web', namespace: 'flux-system' },
    spec: { interval: '5m', targetNamespace: 'default', chart: { spec: { chart: 'web', version } } },
  });
  const failed = (version: string) =>
    ({
      Ready: ['False', 'UpgradeFailed', `Helm upgrade failed for release web with chart web@${version}: timed out`],
      Released: ['False', 'UpgradeFailed', `Helm upgrade failed for release web with chart web@${version}: timed out`],
    }) as const;
  const upgrading = {
    Reconciling: ['True', 'Progressing', "Running 'upgrade' action with timeout of 5m0s"],
    Ready: ['Unknown', 'Progressing', "Running 'upgrade' action with timeout of 5m0s"],
  } as const;
  const resources = 'flux-system/helmrelease/web\nflux-system/kustomization/shop';
  const inputs = { resources, revision: COMMIT, timeout: '10m' };

  beforeEach(async () => {
    flux.apply('shop', BROKEN, [release('1.0.0')]);
    harness.apply(broken({ name: 'web', labels }));
    flux.release('web', failed('1.0.0'));
    await harness.pass(60_000);
  });

  const repair = () => {
    harness.after(90_000, () => flux.apply('shop', COMMIT, [release('1.0.1')]));
    harness.after(100_000, () => flux.release('web', upgrading));
    // A hook before the upgrade.
    harness.after(120_000, () => harness.apply(v2({ name: 'web', labels })));
  };

  it('does not fail for what it did before, and neither do its workloads', async () => {
    repair();
    harness.after(130_000, () => flux.release('web', { Ready: ['True', 'UpgradeSucceeded', 'ok'] }));
    const { exitCode, error } = await harness.wait(inputs);
    expectWithNote(exitCode, error).toBe(0);
  });

  it('does not fail for a workload that is named as well', async () => {
    repair();
    harness.after(130_000, () => flux.release('web', { Ready: ['True', 'UpgradeSucceeded', 'ok'] }));
    const end = await harness.wait({ ...inputs, resources: 'deployment/web\nflux-system/kustomization/shop' });
    expectWithNote(end.exitCode, end.error).toBe(0);
    expect(statuses(end).sort()).toStrictEqual([
      'Deployment/web current',
      'HelmRelease/web current',
      'Kustomization/shop current',
    ]);
  });

  it('fails if its upgrade fails, after a grace of its own', async () => {
    repair();
    harness.after(130_000, () => flux.release('web', failed('1.0.1')));
    const { outputs, error, elapsed } = await harness.wait(inputs);
    expect(outputs['reason']).toBe('reconcile-failed');
    expect(error).toMatch(/web@1\.0\.1/);
    expect(elapsed).toBe(160_000);
  });

  it('fails for a workload of the new release long before Helm gives up', async () => {
    harness.after(90_000, () => flux.apply('shop', COMMIT, [release('1.0.1')]));
    harness.after(100_000, () => flux.release('web', upgrading));
    harness.after(102_000, () => harness.apply(broken({ name: 'web', labels, image: 'nowhere:2' })));
    const { outputs, elapsed } = await harness.wait(inputs);
    expect(outputs['reason']).toBe('image-not-found');
    expectWithNote(elapsed, `${elapsed}`).toBeLessThan(115_000);
  });
});

describe('a target that is named beside a Kustomization that has begun with the commit', () => {
  const inputs = { resources: 'deployment/shop\nflux-system/kustomization/shop', revision: COMMIT, timeout: '10m' };
  beforeEach(async () => {
    flux.apply('shop', BROKEN, [broken()]);
    await harness.pass(60_000);
  });

  it('is not judged until it is applied', async () => {
    harness.after(30_000, () => flux.build('shop', COMMIT));
    harness.after(120_000, () => flux.apply('shop', COMMIT, [v2()]));
    const { exitCode, error } = await harness.wait(inputs);
    expectWithNote(exitCode, error).toBe(0);
  });

  it('is not the cause if the commit can not be built', async () => {
    harness.after(30_000, () => flux.fail('shop', COMMIT, 'BuildFailed', 'accumulating resources: no such file'));
    const { outputs, error } = await harness.wait(inputs);
    expect(outputs['reason']).toBe('reconcile-failed');
    expect(error).toMatch(/BuildFailed: accumulating resources/);
  });
});

it('an Application that is suspended with the commit before is waited for', async () => {
  harness.argoCd.sync('shop', BROKEN, [deployment({ spec: { paused: true } })]);
  await harness.pass(10_000);
  harness.after(30_000, () => harness.argoCd.sync('shop', COMMIT, [v2({ spec: { paused: false } })]));
  const inputs = { resources: 'argocd/application/shop', revision: COMMIT, timeout: '5m' };
  const { exitCode, error } = await harness.wait(inputs);
  expectWithNote(exitCode, error).toBe(0);
});
