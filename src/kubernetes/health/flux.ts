import { at, booleanAt, listAt, stringAt } from '../../json/json.ts';
import { conditionOf, type KubernetesObject } from '../object.ts';
import { byConditions } from './by-conditions.ts';
import type { Delivered, DeliveryRule, KindRule } from './rule.ts';

/** Reasons of Ready=False that Flux itself works on: another object must come first, or the next attempt is on its way. */
const PASSING = [
  'DependencyNotReady',
  'Progressing',
  'ProgressingWithRetry',
  'ArtifactFailed',
  'SourceNotReady',
  'Unknown',
];

const ORIGIN = 'org.opencontainers.image.revision';

/** Flux retries for ever, so only `Stalled` is final by its own word; a failed attempt counts as failed after a grace. */
function fluxRule(group: string, kind: string, delivered?: DeliveryRule['delivered']): KindRule {
  return {
    group: `${group}.toolkit.fluxcd.io`,
    kind,
    judge(object) {
      if (booleanAt(object, 'spec', 'suspend'))
        return { status: 'suspended', message: 'it is suspended (spec.suspend)' };
      const verdict = byConditions(object);
      const ready = conditionOf(object, 'Ready');
      if (ready === undefined && verdict.status === 'current')
        return { status: 'progressing', message: 'not yet reconciled' };
      if (verdict.status !== 'progressing' || ready?.status !== 'False' || PASSING.includes(ready.reason))
        return verdict;
      if (conditionOf(object, 'Reconciling')?.reason === 'Progressing') return verdict;
      return { status: 'failed', cause: 'reconcile-failed', message: `${ready.reason}: ${ready.message}` };
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
function byKustomization({ status }: KubernetesObject): Delivered {
  const attempts = listAt(status, 'history').map((entry) => ({
    succeeded: stringAt(entry, 'lastReconciledStatus') === 'ReconciliationSucceeded',
    revision: stringAt(entry, 'metadata', 'revision'),
    origin: stringAt(entry, 'metadata', 'originRevision') ?? stringAt(entry, 'metadata', 'revision'),
  }));
  const attempted = stringAt(status, 'lastAttemptedRevision');
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
export const flux: readonly KindRule[] = [
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
