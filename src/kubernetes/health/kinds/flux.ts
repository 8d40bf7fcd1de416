import { defined } from '../../../core/defined.ts';
import { at, booleanAt, listAt, stringAt } from '../../../json/json.ts';
import { conditionOf, type KubernetesObject } from '../../objects/object.ts';
import { byConditions } from '../rule/by-conditions.ts';
import type { GitOpsRevisions, HealthVerdict, KindRule, RuleDescription } from '../rule/kind-rule.ts';

/** Reasons of Ready=False that Flux resolves itself: it waits for another object, or for its next attempt. */
const TRANSIENT = [
  'DependencyNotReady',
  'Progressing',
  'ProgressingWithRetry',
  'ArtifactFailed',
  'SourceNotReady',
  'Unknown',
];

/** Messages of `ArtifactFailed` that don't resolve by themselves. */
const SOURCE_MISSING = /^\w+\.source\.toolkit\.fluxcd\.io "[^"]*" not found$/;
const PATH_MISSING = /^kustomization path not found/;

const ORIGIN = 'org.opencontainers.image.revision';

const description: RuleDescription = {
  current: '`Ready`',
  failed:
    '`Stalled` (`stalled`); `Ready` is False, and not because of a dependency or source that is still missing (`reconcile-failed`)',
  stopped: 'suspended: `spec.suspend`',
};

/** Flux retries forever, so only `Stalled` is final. A failed attempt counts as failed after a grace. */
function fluxRule(group: string, kind: string, gitOpsRevisions?: KindRule['gitOpsRevisions']): KindRule {
  return {
    group: `${group}.toolkit.fluxcd.io`,
    kind,
    describe: description,
    observedGeneration(object) {
      // The controller ignores suspended objects, so it never observes their generation.
      if (booleanAt(object, 'spec', 'suspend')) return object.metadata.generation;
      return conditionOf(object, 'Ready')?.observedGeneration;
    },
    judge(object) {
      if (booleanAt(object, 'spec', 'suspend'))
        return { status: 'suspended', message: 'it is suspended (spec.suspend)' };
      if (kind === 'HelmRepository' && stringAt(object, 'spec', 'type') === 'oci')
        return { status: 'current', message: 'exists: Flux writes no status of an OCI repository' };
      const verdict = withoutReportedError(byConditions(object));
      const ready = conditionOf(object, 'Ready');
      if (ready === undefined && verdict.status === 'current')
        return { status: 'progressing', message: 'not yet reconciled' };
      if (verdict.status !== 'progressing') return withReasons(verdict, object);
      if (conditionOf(object, 'Reconciling')?.reason === 'Progressing') return { ...verdict, retrying: true };
      if (ready?.status !== 'False') return verdict;
      const message = `${ready.reason}: ${ready.message}`;
      if (SOURCE_MISSING.test(ready.message))
        return { status: 'failed', cause: 'reconcile-failed', message, concerns: { kind: 'every' } };
      if (TRANSIENT.includes(ready.reason) && !PATH_MISSING.test(ready.message))
        return { status: 'progressing', message, waitsForDependency: true };
      return withReasons({ status: 'failed', cause: 'reconcile-failed', message }, object);
    },
    ...defined({ gitOpsRevisions }),
  };
}

/** Flux has reasons of its own for a failure, which its rule reads. */
function withoutReportedError(verdict: HealthVerdict): HealthVerdict {
  const isReported = verdict.status === 'failed' && verdict.cause === 'reports-error';
  return isReported ? { status: 'progressing', message: verdict.message } : verdict;
}

/** After a rollback, or after its last retry, `Ready` and `Stalled` of a HelmRelease tell of these. Other conditions tell why. */
function withReasons(verdict: HealthVerdict, object: KubernetesObject): HealthVerdict {
  if (verdict.status !== 'failed') return verdict;
  const reasons = ['Released', 'TestSuccess'].flatMap((type) => {
    const condition = conditionOf(object, type);
    const isNew = condition?.status === 'False' && !verdict.message.includes(condition.message);
    return isNew ? [`${condition.reason}: ${condition.message}`] : [];
  });
  return { ...verdict, message: [verdict.message, ...reasons].join('; ') };
}

/** The commit that an artifact was built from if its metadata names it, else its revision, which is a commit if the source is Git. */
function revisionsOfSource(object: KubernetesObject): GitOpsRevisions {
  const artifact = at(object, 'status', 'artifact');
  const revision = stringAt(artifact, 'metadata', ORIGIN) ?? stringAt(artifact, 'revision');
  const revisions = optional(revision);
  return { compared: revisions, applied: revisions, attempted: revisions, earlier: [] };
}

/** The revision that a Kustomization applied last. If the source is an OCI artifact, the commit that it was built from. */
function revisionsOfKustomization(object: KubernetesObject): GitOpsRevisions {
  const { status } = object;
  const attempts = listAt(status, 'history').map((entry) => ({
    succeeded: stringAt(entry, 'lastReconciledStatus') === 'ReconciliationSucceeded',
    revision: stringAt(entry, 'metadata', 'revision'),
    origin: stringAt(entry, 'metadata', 'originRevision') ?? stringAt(entry, 'metadata', 'revision'),
  }));
  // A revision that can't be fetched appears only here: `Fetching manifests for revision main@sha1:… with a timeout of 5m`.
  const inProgress = / for revision (\S+)/.exec(conditionOf(object, 'Reconciling')?.message ?? '')?.[1];
  const attempted = inProgress ?? stringAt(status, 'lastAttemptedRevision');
  const applied = optional(stringAt(status, 'lastAppliedOriginRevision') || stringAt(status, 'lastAppliedRevision'));
  return {
    compared: applied,
    applied,
    attempted: optional(attempts.find(({ revision }) => revision === attempted)?.origin ?? attempted),
    earlier: attempts.flatMap(({ succeeded, origin }) => (succeeded ? optional(origin) : [])),
  };
}

function optional(revision: string | undefined): readonly string[] {
  return revision ? [revision] : [];
}

/** Only the first three can prove a commit. The revision of a chart or a bucket is not a commit. */
export const fluxRules: readonly KindRule[] = [
  fluxRule('kustomize', 'Kustomization', revisionsOfKustomization),
  fluxRule('source', 'GitRepository', revisionsOfSource),
  fluxRule('source', 'OCIRepository', revisionsOfSource),
  fluxRule('helm', 'HelmRelease'),
  fluxRule('source', 'HelmRepository'),
  fluxRule('source', 'HelmChart'),
  fluxRule('source', 'Bucket'),
  fluxRule('source', 'ExternalArtifact'),
  fluxRule('image', 'ImageRepository'),
  fluxRule('image', 'ImagePolicy'),
  fluxRule('image', 'ImageUpdateAutomation'),
  fluxRule('notification', 'Receiver'),
];
