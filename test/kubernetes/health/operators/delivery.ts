import { condition, conditions, type Examples, status } from './examples.ts';

const ready = condition('Ready', 'True');
const environments = (...list: object[]) => status({ conditions: [ready], environments: list });
const environment = (proposed: string, active: string) => ({
  proposed: { dry: { sha: proposed } },
  active: { dry: { sha: active } },
});
const labels = (value: string) => ({
  metadata: { labels: { 'numaplane.numaproj.io/progressive-result-state': value } },
});

export const promotion: Examples = {
  'promoter.argoproj.io/v1alpha1 GitCommitStatus': [
    ['passed in each environment', environments({ phase: 'success' }), 'current', /ready/],
    ['pending in one', environments({ phase: 'success' }, { phase: 'pending' }), 'progressing', /environments/],
    ['failed in one', environments({ phase: 'failure' }), 'failed', /environments/],
    [
      'not reconciled',
      conditions(condition('Ready', 'False', 'ReconciliationError', 'no such branch')),
      'failed',
      /branch/,
    ],
  ],
  'promoter.argoproj.io/v1alpha1 PromotionStrategy': [
    ['promoted everywhere', environments(environment('b', 'b'), environment('b', 'b')), 'current', /ready/],
    [
      'not yet promoted to the last',
      environments(environment('b', 'b'), environment('b', 'a')),
      'progressing',
      /environments/,
    ],
    [
      'not yet proposed to the last',
      environments(environment('b', 'b'), environment('a', 'a')),
      'progressing',
      /differs/,
    ],
    [
      'not reconciled',
      conditions(condition('Ready', 'False', 'ReconciliationError', 'no such branch')),
      'failed',
      /branch/,
    ],
  ],
  'promoter.argoproj.io/v1alpha1 ChangeTransferPolicy': [
    ['up to date', status({ conditions: [ready], ...environment('b', 'b') }), 'current', /ready/],
    [
      'with a newer commit proposed',
      status({ conditions: [ready], ...environment('b', 'a') }),
      'progressing',
      /sha is b/,
    ],
    [
      'not reconciled',
      conditions(condition('Ready', 'False', 'PullRequestNotReady', 'no token')),
      'failed',
      /no token/,
    ],
  ],
  'promoter.argoproj.io/v1alpha1 ArgoCDCommitStatus': [
    [
      'with applications',
      status({ conditions: [ready], applicationsSelected: [{ name: 'shop' }] }),
      'current',
      /ready/,
    ],
    ['that selects none', status({ conditions: [ready], applicationsSelected: [] }), 'failed', /applicationsSelected/],
    ['not seen yet', {}, 'progressing', /no controller/],
  ],
  'promoter.argoproj.io/v1alpha1 PullRequest': [
    ['ready', conditions(ready), 'current', /ready/],
    ['not reported', conditions(condition('Merged', 'True')), 'progressing', /Ready is not reported/],
    ['refused by the host', conditions(condition('Ready', 'False', 'ReconciliationError', '403')), 'failed', /403/],
  ],
  'kargo.akuity.io/v1alpha1 Promotion': [
    ['done', status({ phase: 'Succeeded' }), 'current', /ready/],
    ['running', status({ phase: 'Running' }), 'progressing', /phase is Running/],
    ['errored', status({ phase: 'Errored', message: 'git push failed' }), 'failed', /Errored: git push failed/],
  ],
};

export const streams: Examples = {
  'numaflow.numaproj.io/v1alpha1 Pipeline': [
    ['running', status({ phase: 'Running', conditions: [condition('VerticesHealthy', 'True')] }), 'current', /exists/],
    ['pending', status({ phase: 'Pending' }), 'progressing', /Pending/],
    ['paused', status({ phase: 'Paused' }), 'suspended', /Paused/],
    [
      'with a vertex that is not healthy',
      status({ phase: 'Running', conditions: [condition('VerticesHealthy', 'False', 'NoPods')] }),
      'failed',
      /NoPods/,
    ],
    [
      'judged as failed by Numaplane',
      { ...labels('failed'), ...status({ phase: 'Running' }) },
      'failed',
      /progressive-result-state is failed/,
    ],
  ],
  'numaplane.numaproj.io/v1alpha1 PipelineRollout': [
    ['deployed', status({ phase: 'Deployed', upgradeInProgress: '' }), 'current', /exists/],
    [
      'upgrading',
      status({ phase: 'Deployed', upgradeInProgress: 'Progressive' }),
      'progressing',
      /upgradeInProgress is Progressive/,
    ],
    [
      'paused',
      status({ phase: 'Deployed', conditions: [condition('PipelinePausingOrPaused', 'True', 'Paused')] }),
      'suspended',
      /Paused/,
    ],
    [
      'whose upgrade failed',
      status({ phase: 'Deployed', conditions: [condition('ProgressiveUpgradeSucceeded', 'False', 'Degraded')] }),
      'failed',
      /Degraded/,
    ],
  ],
  'lifecycle.keptn.sh/v1 KeptnTask': [
    ['succeeded', status({ status: 'Succeeded' }), 'current', /ready/],
    ['progressing', status({ status: 'Progressing' }), 'progressing', /Progressing/],
    ['failed', status({ status: 'Failed' }), 'failed', /Failed/],
  ],
  'lifecycle.keptn.sh/v1 KeptnEvaluation': [
    ['succeeded', status({ overallStatus: 'Succeeded' }), 'current', /ready/],
    ['progressing', status({ overallStatus: 'Progressing' }), 'progressing', /Progressing/],
    ['failed', status({ overallStatus: 'Failed' }), 'failed', /Failed/],
  ],
  'metrics.keptn.sh/v1 Analysis': [
    ['passed', status({ state: 'Completed', pass: true }), 'current', /ready/],
    ['not yet evaluated', status({ state: 'Progressing' }), 'progressing', /pass is not reported/],
    ['not passed', status({ state: 'Completed', pass: false }), 'failed', /pass is false/],
  ],
  'metrics.keptn.sh/v1 KeptnMetric': [
    ['measured', status({ value: '0.5' }), 'current', /ready/],
    ['not yet measured', status({ lastUpdated: '2026-03-01T12:00:00Z' }), 'progressing', /value is not reported/],
    ['without an answer', status({ errMsg: 'no such host' }), 'failed', /no such host/],
  ],
};
