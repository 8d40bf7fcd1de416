import { at, listAt, stringAt } from '../../json/json.ts';
import { notObservedYet } from '../health/health.ts';
import { isAbout, operationOf, revisionsIn } from '../objects/argo-operation.ts';
import { conditionOf, groupOf, type KubernetesObject } from '../objects/object.ts';
import type { ResourceName } from './managed-resources.ts';

/**
 * How far a GitOps object has come with an object that it manages, as its status tells. Until it has applied it, the object is as the
 * commit before left it.
 */
export type ApplyState =
  | { readonly kind: 'waiting' }
  /** It may be applied or not. `since`: ms since the epoch by the cluster's clock; infinite if unknown. */
  | { readonly kind: 'applying'; readonly since: number }
  | { readonly kind: 'applied' };

const FLUX = 'toolkit.fluxcd.io';

const READERS: Readonly<Record<string, (object: KubernetesObject, managed: ResourceName) => ApplyState>> = {
  'Application.argoproj.io': ofApplication,
  [`Kustomization.kustomize.${FLUX}`]: ofKustomization,
  [`HelmRelease.helm.${FLUX}`]: ofHelmRelease,
  'Helm.': ofHelm,
};

export function applyStateOf(object: KubernetesObject, managed: ResourceName): ApplyState {
  return READERS[`${object.kind}.${groupOf(object)}`]?.(object, managed) ?? { kind: 'applied' };
}

function ofApplication(object: KubernetesObject, managed: ResourceName): ApplyState {
  if (isNotYetApplied(object, managed)) return { kind: 'waiting' };
  // The commit leaves the object as it is, but the sync may bring what it needs, such as a Secret.
  const isAtWork = operationOf(object)?.isRunning && !isReached(object, managed);
  return isAtWork ? applyingSince(stringAt(object, 'status', 'operationState', 'startedAt')) : { kind: 'applied' };
}

/**
 * Whether an Application has not applied one of its objects: its sync has not started, or has not reached this object (a later wave), or
 * ended before it.
 */
export function isNotYetApplied(object: KubernetesObject, managed: ResourceName): boolean {
  const compared = revisionsIn(at(object, 'status', 'sync'));
  const isInSync = resourcesOf(object).inSync.has(keyOf(managed));
  const requested = at(object, 'operation', 'sync');
  const operation = operationOf(object);
  // Until the request is taken up, the status is that of the operation before.
  if (at(object, 'operation') !== undefined && !operation?.isRunning)
    return !isInSync || !isSubset(revisionsIn(requested), compared);
  const isOfCompared = operation === undefined || isAbout(operation, compared);
  if (operation?.isRunning) return !isReached(object, managed) && !(isInSync && isOfCompared);
  if (stringAt(object, 'status', 'sync', 'status') === 'Synced') return false;
  // Out of sync after a sync of this very commit: something changes the objects again, or the sync failed at another one.
  const isKnown = operation !== undefined && operation.revisions.length > 0 && compared.length > 0;
  return !(isKnown && isOfCompared && isReached(object, managed));
}

/** Whether the last sync has applied an object. */
function isReached(object: KubernetesObject, managed: ResourceName): boolean {
  return resourcesOf(object).reached.has(keyOf(managed));
}

/** The keys of the objects of an Application that are in sync, and of those that its last sync has applied. */
interface Resources {
  readonly inSync: ReadonlySet<string>;
  readonly reached: ReadonlySet<string>;
}

/** An Application can have a thousand objects, and each of them asks. */
const known = new WeakMap<KubernetesObject, Resources>();

function resourcesOf(object: KubernetesObject): Resources {
  const before = known.get(object);
  if (before) return before;
  const keysWithout = (status: string, ...path: readonly string[]) =>
    new Set(
      listAt(object, 'status', ...path)
        .filter((each) => stringAt(each, 'status') !== status)
        .map(keyOfResource),
    );
  const resources: Resources = {
    inSync: keysWithout('OutOfSync', 'resources'),
    reached: keysWithout('SyncFailed', 'operationState', 'syncResult', 'resources'),
  };
  known.set(object, resources);
  return resources;
}

function keyOf({ group, kind, namespace, name }: ResourceName): string {
  return [group, kind, namespace, name].join('/');
}

function keyOfResource(each: unknown): string {
  return ['group', 'kind', 'namespace', 'name'].map((field) => stringAt(each, field) ?? '').join('/');
}

function isSubset(some: readonly string[], all: readonly string[]): boolean {
  return some.every((each) => all.includes(each));
}

/** Reasons of Ready=False that Flux gives before it applies anything. */
const BEFORE_APPLYING = [
  'ArtifactFailed',
  'BuildFailed',
  'DependencyNotReady',
  'SourceNotReady',
  'AccessDenied',
  'InvalidCELExpression',
  'FeatureGateDisabled',
];

/** The steps of a reconciliation, as kustomize-controller and helm-controller name them. */
const STEPS_BEFORE = /^(Fetching|Building) manifests|^Fulfilling prerequisites/;
const STEPS_OF_APPLYING = /^Detecting drift|^Running '[a-z]+' action/;

function ofKustomization(object: KubernetesObject): ApplyState {
  return stepOf(object) ?? { kind: 'applied' };
}

function ofHelmRelease(object: KubernetesObject): ApplyState {
  return notObservedYet(object) === undefined ? (stepOf(object) ?? { kind: 'applied' }) : { kind: 'waiting' };
}

function stepOf(object: KubernetesObject): ApplyState | undefined {
  const reconciling = conditionOf(object, 'Reconciling');
  const ready = conditionOf(object, 'Ready');
  if (reconciling?.status === 'True' && reconciling.reason === 'Progressing') {
    if (STEPS_BEFORE.test(reconciling.message)) return { kind: 'waiting' };
    if (STEPS_OF_APPLYING.test(reconciling.message)) return applyingSince(reconciling.lastTransitionTime);
  }
  if (ready?.status !== 'False') return undefined;
  if (BEFORE_APPLYING.includes(ready.reason)) return { kind: 'waiting' };
  return ready.reason === 'ReconciliationFailed' ? applyingSince(ready.lastTransitionTime) : undefined;
}

/** Helm applies the objects of a revision after its hooks that run before, and stores the outcome at the end. */
function ofHelm({ metadata: { labels, creationTimestamp } }: KubernetesObject): ApplyState {
  return labels['status']?.startsWith('pending') ? applyingSince(creationTimestamp) : { kind: 'applied' };
}

function applyingSince(time: string | undefined): ApplyState {
  const since = Date.parse(time ?? '');
  return { kind: 'applying', since: Number.isNaN(since) ? Number.POSITIVE_INFINITY : since };
}
