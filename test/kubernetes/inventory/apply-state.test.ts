import { describe, expect, it } from '@jest/globals';
import { applyStateOf, isNotYetApplied } from '../../../src/kubernetes/inventory/apply-state.ts';
import { object } from '../objects.ts';

const web = { group: 'apps', kind: 'Deployment', namespace: 'staging', name: 'web' };

/** An Application. @param facts whether its sync runs, the sync status of `web`, and whether the sync has reached `web`. */
function application(facts: { readonly runs: boolean; readonly web: 'Synced' | 'OutOfSync'; readonly reached?: true }) {
  return object({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: 'shop', namespace: 'argocd' },
    status: {
      sync: { status: facts.web },
      operationState: {
        phase: facts.runs ? 'Running' : 'Succeeded',
        syncResult: { resources: facts.reached ? [{ ...web, status: 'Synced' }] : [{ ...web, name: 'migrate' }] },
      },
      resources: [{ ...web, status: facts.web }],
    },
  });
}

describe('a resource of an Application', () => {
  it('that is out of sync is not yet applied before the sync starts', () => {
    expect(isNotYetApplied(application({ runs: false, web: 'OutOfSync' }), web)).toBe(true);
    expect(isNotYetApplied(application({ runs: false, web: 'Synced' }), web)).toBe(false);
  });

  it('that is out of sync is not yet applied until the sync reaches its wave', () => {
    expect(isNotYetApplied(application({ runs: true, web: 'OutOfSync' }), web)).toBe(true);
  });

  it('is applied once the sync has reached it, or if it is in sync', () => {
    expect(isNotYetApplied(application({ runs: true, web: 'OutOfSync', reached: true }), web)).toBe(false);
    expect(isNotYetApplied(application({ runs: true, web: 'Synced' }), web)).toBe(false);
  });
});

describe('a resource of an Application whose sync is of another commit than the one compared', () => {
  const [before, commit] = ['a'.repeat(40), 'b'.repeat(40)];
  const running = (resources: readonly object[]) =>
    object({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: 'shop' },
      status: {
        sync: { status: 'Synced', revision: before },
        operationState: { phase: 'Running', syncResult: { revision: commit, resources } },
        resources: [{ ...web, status: 'Synced' }],
      },
    });

  it('is applied only once the sync has reached it', () => {
    expect(isNotYetApplied(running([]), web)).toBe(true);
    expect(isNotYetApplied(running([{ ...web, status: 'SyncFailed' }]), web)).toBe(true);
    expect(isNotYetApplied(running([{ ...web, status: 'Synced' }]), web)).toBe(false);
  });

  it('is not applied while the sync is only requested', () => {
    const requested = { ...running([{ ...web, status: 'Synced' }]), operation: { sync: { revision: 'c'.repeat(40) } } };
    const status = {
      ...Object(running([])['status']),
      operationState: { phase: 'Succeeded', syncResult: { revision: before } },
    };
    expect(isNotYetApplied(object({ ...requested, status }), web)).toBe(true);
  });
});

describe('an object that Flux manages', () => {
  const [yes, no] = ['True', 'False'];
  const lastTransitionTime = '2026-03-01T12:00:00Z';
  const since = Date.parse(lastTransitionTime);
  const stateOf = (kind: string, conditions: readonly (readonly [string, string, string, string])[]) =>
    applyStateOf(
      object({
        apiVersion: kind === 'HelmRelease' ? 'helm.toolkit.fluxcd.io/v2' : 'kustomize.toolkit.fluxcd.io/v1',
        kind,
        metadata: { name: 'shop', generation: 1 },
        status: {
          observedGeneration: 1,
          conditions: conditions.map(([type, status, reason, message]) => ({
            ...{ type, status, reason, message, lastTransitionTime, observedGeneration: 1 },
          })),
        },
      }),
      web,
    );

  it.each([
    ['Kustomization', 'Reconciling', yes, 'Progressing', 'Fetching manifests for revision main@sha1:b', 'waiting'],
    ['Kustomization', 'Reconciling', yes, 'Progressing', 'Building manifests for revision main@sha1:b', 'waiting'],
    ['Kustomization', 'Reconciling', yes, 'Progressing', 'Detecting drift for revision main@sha1:b', 'applying'],
    ['Kustomization', 'Reconciling', yes, 'Progressing', 'Running health checks for revision main@sha1:b', 'applied'],
    ['Kustomization', 'Ready', no, 'BuildFailed', 'no such file', 'waiting'],
    ['Kustomization', 'Ready', no, 'ArtifactFailed', 'not found', 'waiting'],
    ['Kustomization', 'Ready', no, 'DependencyNotReady', "dependency 'infra' is not ready", 'waiting'],
    ['Kustomization', 'Ready', no, 'ReconciliationFailed', 'dry-run failed', 'applying'],
    ['Kustomization', 'Ready', no, 'HealthCheckFailed', 'timeout waiting', 'applied'],
    ['Kustomization', 'Ready', yes, 'ReconciliationSucceeded', 'Applied revision', 'applied'],
    ['HelmRelease', 'Reconciling', yes, 'Progressing', 'Fulfilling prerequisites', 'waiting'],
    ['HelmRelease', 'Reconciling', yes, 'Progressing', "Running 'upgrade' action with timeout of 5m0s", 'applying'],
    ['HelmRelease', 'Ready', no, 'UpgradeFailed', 'timed out', 'applied'],
    ['HelmRelease', 'Ready', yes, 'UpgradeSucceeded', 'ok', 'applied'],
  ] as const)('%s with %s=%s, %s "%s": %s', (kind, type, status, reason, message, expected) => {
    const state = stateOf(kind, [[type, status, reason, message]]);
    expect(state).toStrictEqual(expected === 'applying' ? { kind: expected, since } : { kind: expected });
  });
});
