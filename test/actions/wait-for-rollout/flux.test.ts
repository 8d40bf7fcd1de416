import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { stringAt } from '../../../src/json/json.ts';
import type { Obj } from '../../fakes/kubernetes/model.ts';
import { digestOf, REPOSITORY } from '../../fakes/kubernetes/workloads.ts';
import { expectWithNote } from '../../jest-support.ts';
import { ClusterHarness } from './harness.ts';

const BEFORE = 'a'.repeat(40);
const COMMIT = 'b'.repeat(40);
const NEW = digestOf('2');
let harness: ClusterHarness;
beforeEach(async () => {
  harness = await ClusterHarness.open();
  harness.images[`${REPOSITORY}:v1`] = { kind: 'serves', digest: digestOf('1') };
  harness.images[`${REPOSITORY}:v2`] = { kind: 'serves', digest: NEW };
});
afterEach(() => harness.close());

function kustomization(status: Obj, spec: Obj = {}): Obj {
  const object = {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: 'shop', namespace: 'flux-system' },
    spec: { interval: '1m', path: './shop', ...spec },
  };
  harness.apply(object);
  return harness.kubernetes.setStatus({ kind: 'Kustomization', name: 'shop', namespace: 'flux-system' }, status);
}

const ready = (status: string, reason: string, message = '') => ({
  conditions: [{ type: 'Ready', status, reason, message, observedGeneration: 1 }],
  observedGeneration: 1,
});

describe('wait-for-rollout, Flux', () => {
  const inputs = { resources: 'flux-system/kustomization/shop', revision: COMMIT };

  it('waits until the commit is the last applied revision', async () => {
    kustomization({ ...ready('True', 'ReconciliationSucceeded'), lastAppliedRevision: `main@sha1:${BEFORE}` });
    harness.after(5000, () => {
      kustomization({
        ...ready('Unknown', 'Progressing', 'Reconciliation in progress'),
        lastAppliedRevision: `main@sha1:${BEFORE}`,
        lastAttemptedRevision: `main@sha1:${COMMIT}`,
      });
    });
    harness.after(9000, () => {
      kustomization({ ...ready('True', 'ReconciliationSucceeded'), lastAppliedRevision: `main@sha1:${COMMIT}` });
    });
    const { exitCode, elapsed, error } = await harness.wait(inputs);
    expectWithNote(exitCode, error).toBe(0);
    expect(elapsed).toBe(9000);
  });

  it('fails for a failed build after the grace, but not while a dependency is not ready', async () => {
    kustomization({
      ...ready('False', 'DependencyNotReady', "dependency 'flux-system/infra' is not ready"),
      lastAttemptedRevision: `main@sha1:${COMMIT}`,
    });
    harness.after(100_000, () => {
      kustomization({
        ...ready('False', 'BuildFailed', "kustomize build failed: accumulating resources: no such file 'cm.yaml'"),
        lastAttemptedRevision: `main@sha1:${COMMIT}`,
      });
    });
    const { outputs, error, elapsed } = await harness.wait(inputs);
    expectWithNote(outputs['reason'], error).toBe('reconcile-failed');
    expect(elapsed).toBe(130_000);
    expect(error).toMatch(/BuildFailed: kustomize build failed/);
  });

  it('ends at once if the Kustomization is suspended', async () => {
    kustomization(ready('True', 'ReconciliationSucceeded'), { suspend: true });
    const { outputs, elapsed } = await harness.wait({ resources: 'flux-system/ks/shop' });
    expect(outputs['result']).toBe('suspended');
    expect(elapsed).toBe(0);
    expect(stringAt(outputs, 'reason')).toBe('suspended');
  });
});
