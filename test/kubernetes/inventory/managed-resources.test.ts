import { describe, expect, it } from '@jest/globals';
import { isNotYetApplied } from '../../../src/kubernetes/inventory/managed-resources.ts';
import { object } from '../objects.ts';

const web = { group: 'apps', kind: 'Deployment', namespace: 'staging', name: 'web' };

/** An Application whose sync runs or not; which of its objects stand as they do in Git, and which this sync has come to. */
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

describe('what an Application brought', () => {
  it('can be as the release before left it until the sync has begun', () => {
    expect(isNotYetApplied(application({ runs: false, web: 'OutOfSync' }), web)).toBe(true);
    expect(isNotYetApplied(application({ runs: false, web: 'Synced' }), web)).toBe(false);
  });

  it('can be so too while a sync runs that has not come to its wave', () => {
    expect(isNotYetApplied(application({ runs: true, web: 'OutOfSync' }), web)).toBe(true);
  });

  it('is that of this release once the sync has come to it, or where nothing of it changes', () => {
    expect(isNotYetApplied(application({ runs: true, web: 'OutOfSync', reached: true }), web)).toBe(false);
    expect(isNotYetApplied(application({ runs: true, web: 'Synced' }), web)).toBe(false);
  });
});
