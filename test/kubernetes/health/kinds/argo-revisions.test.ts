import { describe, expect, it } from '@jest/globals';
import { argoApplication } from '../../../../src/kubernetes/health/kinds/argo-application.ts';
import { object } from '../../objects.ts';

const [A, B, CHART] = ['a'.repeat(40), 'b'.repeat(40), '1.2.3'];

describe('the commits of an Application with several sources', () => {
  const compared = (sources: readonly object[], revisions: readonly string[]) =>
    argoApplication.gitOpsRevisions?.(
      object({
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Application',
        metadata: { name: 'shop' },
        spec: { sources },
        status: { sync: { status: 'Synced', revisions } },
      }),
    ).compared;
  const values = { repoURL: 'https://git.example/gitops.git', targetRevision: 'main', ref: 'values' };
  const overlay = { repoURL: 'https://git.example/gitops.git', targetRevision: 'main', path: 'shop' };
  const pinned = { repoURL: 'https://git.example/gitops.git', targetRevision: 'v1', path: 'base' };
  const chart = { repoURL: 'https://charts.example', chart: 'shop', targetRevision: CHART };

  it('are those of all its sources', () => expect(compared([chart, values], [CHART, B])).toStrictEqual([CHART, B]));

  it('do not count while sources that follow the same branch differ: one is still at the commit before', () =>
    expect(compared([chart, values, overlay], [CHART, B, A])).toStrictEqual([CHART]));

  it('may differ for a source that is pinned to another revision of the repository', () =>
    expect(compared([pinned, overlay], [A, B])).toStrictEqual([A, B]));
});
