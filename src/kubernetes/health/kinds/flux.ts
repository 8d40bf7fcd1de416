import { at, booleanAt, listAt, stringAt } from '../../../json/json.ts';
import { conditionOf, type KubernetesObject } from '../../objects/object.ts';
import { byConditions } from '../rule/by-conditions.ts';
import type { Delivered, DeliveryRule, KindRule } from '../rule/kind-rule.ts';

/** Reasons of Ready=False that Flux itself works on: another object must come first, or the next attempt is on its way. */
const PASSING = [
  'DependencyNotReady',
  'Progressing',
  'ProgressingWithRetry',
  'ArtifactFailed',
  'SourceNotReady',
  'Unknown',
];

/** Of `ArtifactFailed`, what does not pass by itself. */
const SOURCE_MISSING = /^\w+\.source\.toolkit\.fluxcd\.io "[^"]*" not found$/;
const PATH_MISSING = /^kustomization path not found/;

const ORIGIN = 'org.opencontainers.image.revision';

/** Flux retries for ever, so only `Stalled` is final by its own word; a failed attempt counts as failed after a grace. */
function fluxRule(group: string, kind: string, delivered?: DeliveryRule['delivered']): KindRule {
  return {
    group: `${group}.toolkit.fluxcd.io`,
    kind,
    observedGeneration(object) {
      // What is suspended is not looked at: its controller never tells that it has seen the change.
      if (booleanAt(object, 'spec', 'suspend')) return object.metadata.generation;
      return conditionOf(object, 'Ready')?.observedGeneration;
    },
    judge(object) {
      if (booleanAt(object, 'spec', 'suspend'))
        return { status: 'suspended', message: 'it is suspended (spec.suspend)' };
      const verdict = byConditions(object);
      const ready = conditionOf(object, 'Ready');
      if (ready === undefined && verdict.status === 'current')
        return { status: 'progressing', message: 'not yet reconciled' };
      if (verdict.status !== 'progressing') return verdict;
      if (conditionOf(object, 'Reconciling')?.reason === 'Progressing') return { ...verdict, retrying: true };
      if (ready?.status !== 'False') return verdict;
      const message = `${ready.reason}: ${ready.message}`;
      if (SOURCE_MISSING.test(ready.message))
        return { status: 'failed', cause: 'reconcile-failed', message, blocksEveryCommit: true };
      if (PASSING.includes(ready.reason) && !PATH_MISSING.test(ready.message))
        return { status: 'progressing', message, waitsForDependency: true };
      return { status: 'failed', cause: 'reconcile-failed', message };
    },
    ...(delivered ? { delivery: { delivered } } : {}),
  };
}

/** The commit that an artifact was made of, where it tells, else its own revision: a commit if it is from Git. */
function bySource(object: KubernetesObject): Delivered {
  const artifact = at(object, 'status', 'artifact');
  const revision = stringAt(artifact, 'metadata', ORIGIN) ?? stringAt(artifact, 'revision');
  return { applied: told(revision), attempted: told(revision), earlier: [] };
}

/** What a Kustomization applied last; of an OCI artifact, the commit it was made of. */
function byKustomization(object: KubernetesObject): Delivered {
  const { status } = object;
  const attempts = listAt(status, 'history').map((entry) => ({
    succeeded: stringAt(entry, 'lastReconciledStatus') === 'ReconciliationSucceeded',
    revision: stringAt(entry, 'metadata', 'revision'),
    origin: stringAt(entry, 'metadata', 'originRevision') ?? stringAt(entry, 'metadata', 'revision'),
  }));
  // What can't even be fetched or found is told here only: `Fetching manifests for revision main@sha1:… with a timeout of 5m`.
  const underWay = / for revision (\S+)/.exec(conditionOf(object, 'Reconciling')?.message ?? '')?.[1];
  const attempted = underWay ?? stringAt(status, 'lastAttemptedRevision');
  return {
    applied: told(stringAt(status, 'lastAppliedOriginRevision') || stringAt(status, 'lastAppliedRevision')),
    attempted: told(attempts.find(({ revision }) => revision === attempted)?.origin ?? attempted),
    earlier: attempts.flatMap(({ succeeded, origin }) => (succeeded ? told(origin) : [])),
  };
}

function told(revision: string | undefined): readonly string[] {
  return revision ? [revision] : [];
}

/** A chart's version and a bucket's digest are no commits: those kinds can't prove one. */
export const fluxRules: readonly KindRule[] = [
  fluxRule('kustomize', 'Kustomization', byKustomization),
  fluxRule('source', 'GitRepository', bySource),
  fluxRule('source', 'OCIRepository', bySource),
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
