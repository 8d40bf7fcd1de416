import { describe, expect, it } from '@jest/globals';
import { isNotYetApplied } from '../../../src/kubernetes/inventory/managed-resources.ts';
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
