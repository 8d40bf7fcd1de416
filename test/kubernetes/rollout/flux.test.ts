import { describe, expect, it } from '@jest/globals';
import { ExpectedRevision } from '../../../src/kubernetes/rollout/expected-revision.ts';
import { object } from '../objects.ts';
import { none, startAssessor } from './deployment.ts';

const commit = 'b'.repeat(40);
const revision = `main@sha1:${commit}`;

/** A Kustomization as kustomize-controller 1.7.3 writes it: `observedGeneration` starts at -1 and is updated only after a success. */
function kustomization(status: object, { generation = 1, spec = {} } = {}) {
  return object({
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: 'app', uid: 'uid-app', generation },
    spec,
    status: { observedGeneration: -1, ...status },
  });
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

const conditions = (list: readonly Condition[], observedGeneration = 1) => ({
  conditions: list.map((each) => ({ ...each, observedGeneration })),
});
const step = (name: string, reason: string) => ({
  type: 'Reconciling',
  status: 'True',
  reason,
  message: `${name} manifests for revision ${revision} with a timeout of 9m30s`,
});
const inProgress = { type: 'Ready', status: 'Unknown', reason: 'Progressing', message: 'Reconciliation in progress' };
const notReady = (reason: string, message: string) => ({ type: 'Ready', status: 'False', reason, message });

const attempt = (generation = 1) => ({
  lastAttemptedRevision: revision,
  ...conditions([step('Building', 'Progressing'), inProgress], generation),
});
const failure = (generation = 1) => ({
  lastAttemptedRevision: revision,
  ...conditions([step('Building', 'ProgressingWithRetry'), notReady('BuildFailed', 'no YAML')], generation),
});

const expecting = () =>
  startAssessor({
    revision: new ExpectedRevision({ commit, compare: async () => 'unknown', onCompared: () => {} }),
    graces: [['reconcile-failed', 10_000]],
  });

describe('a Kustomization of Flux', () => {
  it('that never succeeded fails, although its observedGeneration is -1', () => {
    const { assess, pass } = expecting();
    expect(assess.assess(kustomization(failure()), undefined, none).status).toBe('progressing');
    pass(10_000);
    const { status, cause, message } = assess.assess(kustomization(failure()), undefined, none);
    expect([status, cause, message]).toStrictEqual(['failed', 'reconcile-failed', 'BuildFailed: no YAML']);
  });

  it('fails only if the failure belongs to its last change', () => {
    const { assess, pass } = expecting();
    const stale = kustomization({ ...failure(1), observedGeneration: 1 }, { generation: 2 });
    assess.assess(stale, undefined, none);
    pass(10_000);
    expect(assess.assess(stale, undefined, none).status).toBe('progressing');
    const fresh = kustomization({ ...failure(2), observedGeneration: 1 }, { generation: 2 });
    assess.assess(fresh, undefined, none);
    pass(10_000);
    expect(assess.assess(fresh, undefined, none).status).toBe('failed');
  });

  it('that is suspended is reported at once, because its controller no longer observes it', () => {
    const { assess } = expecting();
    const suspended = { generation: 2, spec: { suspend: true } };
    expect(assess.assess(kustomization({}, suspended), undefined, none).status).toBe('suspended');
    const earlier = { observedGeneration: 1, ...conditions([notReady('BuildFailed', 'x')]) };
    expect(assess.assess(kustomization(earlier, suspended), undefined, none).status).toBe('suspended');
  });

  it('that is retried keeps the start time of its failure', () => {
    const { assess, pass } = expecting();
    for (let waited = 0; waited < 12_000; waited += 3000) {
      expect(assess.assess(kustomization(attempt()), undefined, none).status).toBe('progressing');
      pass(500);
      assess.assess(kustomization(failure()), undefined, none);
      pass(2500);
    }
    expect(assess.assess(kustomization(failure()), undefined, none).status).toBe('failed');
  });

  it('that recovered from a failure gets the full grace for the next one', () => {
    const { assess, pass } = expecting();
    assess.assess(kustomization(failure()), undefined, none);
    pass(9000);
    const ready = { type: 'Ready', status: 'True', reason: 'ReconciliationSucceeded', message: 'Applied' };
    const applied = { observedGeneration: 1, lastAppliedRevision: revision, ...conditions([ready]) };
    expect(assess.assess(kustomization(applied), undefined, none).status).toBe('current');
    assess.assess(kustomization(failure()), undefined, none);
    pass(9000);
    expect(assess.assess(kustomization(failure()), undefined, none).status).toBe('progressing');
  });

  it('fails if its path is missing in the commit, although the commit is not recorded as attempted', () => {
    const { assess, pass } = expecting();
    const message = 'kustomization path not found: stat /tmp/kustomization-1/absent: no such file or directory';
    const lost = conditions([step('Fetching', 'ProgressingWithRetry'), notReady('ArtifactFailed', message)]);
    assess.assess(kustomization(lost), undefined, none);
    pass(10_000);
    const { status, message: reported } = assess.assess(kustomization(lost), undefined, none);
    expect([status, reported]).toStrictEqual(['failed', `ArtifactFailed: ${message}`]);
  });

  it('fails if its source does not exist, for any expected commit', () => {
    const { assess, pass } = expecting();
    const message = 'GitRepository.source.toolkit.fluxcd.io "absent" not found';
    const orphan = kustomization(conditions([notReady('ArtifactFailed', message)]));
    assess.assess(orphan, undefined, none);
    pass(10_000);
    expect(assess.assess(orphan, undefined, none).status).toBe('failed');
  });

  it('that waits for a dependency names it together with the missing commit', () => {
    const { assess } = expecting();
    const message = "dependency 'flux-system/base' is not ready";
    const waiting = kustomization(conditions([notReady('DependencyNotReady', message)]));
    const { status, message: reported } = assess.assess(waiting, undefined, none);
    expect(status).toBe('progressing');
    expect(reported).toBe(`no commit is applied yet, waiting for bbbbbbbbb: DependencyNotReady: ${message}`);
  });
});
