import type { Clock } from '../../../../src/core/clock.ts';
import { listAt, numberAt, objectAt, stringAt } from '../../../../src/json/json.ts';
import { apiVersionOf, nameOf, namespaceOf, type Obj, type ServedType } from '../model.ts';
import type { ObjectStore } from '../store.ts';
import { servedTypes } from '../types.ts';
import { applyLikeKubectl } from '../verbs.ts';

const NAMESPACE = 'flux-system';

type Reason = 'BuildFailed' | 'ReconciliationFailed' | 'HealthCheckFailed' | 'ArtifactFailed' | 'DependencyNotReady';

/** Simulates Flux's controllers: applies objects and writes the status of Kustomizations and HelmReleases, as version 2.7 does. */
export class Flux {
  readonly #store: ObjectStore;
  readonly #clock: Clock;

  constructor(store: ObjectStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Applies the objects of a commit, with the same steps in the status as the real controller, and prunes. It does not wait for their health. */
  apply(name: string, commit: string, objects: readonly Obj[]): void {
    this.build(name, commit);
    this.#step(name, 'Detecting drift', commit);
    const kustomization = this.#kustomization(name);
    const applied = objects.map((object) => applyLikeKubectl(this.#store, typeOf(object), object));
    const entries = applied.map((object) => ({ id: inventoryId(object), v: 'v1' }));
    for (const { id } of listAt(kustomization, 'status', 'inventory', 'entries').map(idOf))
      if (!entries.some((entry) => entry.id === id)) this.#prune(id);
    this.#status('Kustomization', name, (status) => ({
      ...status,
      inventory: { entries },
      observedGeneration: numberAt(kustomization, 'metadata', 'generation'),
      lastAppliedRevision: revisionOf(commit),
      conditions: this.#conditions(kustomization, {
        Ready: ['True', 'ReconciliationSucceeded', `Applied revision: ${revisionOf(commit)}`],
      }),
    }));
  }

  /** Begins to apply a commit: its manifests are built, nothing is applied yet. */
  build(name: string, commit: string): void {
    this.#step(name, 'Building manifests', commit);
  }

  /** An attempt that fails. With `HealthCheckFailed` the objects are applied. */
  fail(name: string, commit: string, reason: Reason, message: string): void {
    const isAttempt = reason !== 'ArtifactFailed' && reason !== 'DependencyNotReady';
    if (isAttempt) this.build(name, commit);
    const kustomization = this.#kustomization(name);
    this.#status('Kustomization', name, (status) => ({
      ...status,
      conditions: this.#conditions(kustomization, {
        Reconciling: ['True', 'ProgressingWithRetry', `Building manifests for revision ${revisionOf(commit)}`],
        Ready: ['False', reason, message],
      }),
    }));
  }

  /** The status of a HelmRelease's present generation. */
  release(
    name: string,
    conditions: Readonly<Record<string, readonly [status: string, reason: string, message: string]>>,
  ): void {
    const release = this.#store.find(typeOf(HELM_RELEASE), NAMESPACE, name);
    if (!release) throw new Error(`there is no HelmRelease ${name}`);
    this.#status('HelmRelease', name, (status) => ({
      ...status,
      observedGeneration: numberAt(release, 'metadata', 'generation'),
      conditions: this.#conditions(release, conditions),
    }));
  }

  #step(name: string, step: string, commit: string): void {
    const kustomization = this.#kustomization(name);
    const message = `${step} for revision ${revisionOf(commit)} with a timeout of 9m30s`;
    this.#status('Kustomization', name, (status) => ({
      ...status,
      lastAttemptedRevision: revisionOf(commit),
      conditions: this.#conditions(kustomization, {
        Reconciling: ['True', 'Progressing', message],
        Ready: ['Unknown', 'Progressing', 'Reconciliation in progress'],
      }),
    }));
  }

  #conditions(
    object: Obj,
    conditions: Readonly<Record<string, readonly [status: string, reason: string, message: string]>>,
  ): Obj[] {
    const before = listAt(object, 'status', 'conditions');
    const stamp = new Date(this.#clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
    return Object.entries(conditions).map(([type, [status, reason, message]]) => {
      const known = before.find((each) => stringAt(each, 'type') === type && stringAt(each, 'status') === status);
      const lastTransitionTime = stringAt(known, 'lastTransitionTime') ?? stamp;
      const observedGeneration = numberAt(object, 'metadata', 'generation');
      return { type, status, reason, message, lastTransitionTime, observedGeneration };
    });
  }

  #kustomization(name: string): Obj {
    const type = typeOf(KUSTOMIZATION);
    return (
      this.#store.find(type, NAMESPACE, name) ??
      this.#store.create(type, {
        metadata: { namespace: NAMESPACE, name },
        spec: { interval: '1m', path: `./${name}`, sourceRef: { kind: 'GitRepository', name: 'gitops' } },
        status: { observedGeneration: -1 },
      })
    );
  }

  #status(kind: string, name: string, change: (status: Obj) => Obj): void {
    const type = typeOf(kind === 'Kustomization' ? KUSTOMIZATION : HELM_RELEASE);
    const object = kind === 'Kustomization' ? this.#kustomization(name) : this.#store.find(type, NAMESPACE, name);
    if (!object) return;
    this.#store.update(type, { ...object, status: change(objectAt(object, 'status') ?? {}) }, 'status');
  }

  #prune(id: string): void {
    const [namespace = '', name = '', group, kind] = id.split('_');
    const type = servedTypes.find((each) => each.kind === kind && each.group === group);
    const found = type && this.#store.find(type, namespace, name);
    if (found) this.#store.remove(type, found);
  }
}

const KUSTOMIZATION = { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization' };
const HELM_RELEASE = { apiVersion: 'helm.toolkit.fluxcd.io/v2', kind: 'HelmRelease' };

function revisionOf(commit: string): string {
  return `main@sha1:${commit}`;
}

function inventoryId(object: Obj): string {
  const { group, kind } = typeOf(object);
  return [namespaceOf(object), nameOf(object), group, kind].join('_');
}

function idOf(entry: unknown): { readonly id: string } {
  return { id: stringAt(entry, 'id') ?? '' };
}

function typeOf(object: Obj): ServedType {
  const found = servedTypes.find(
    (type) => type.kind === stringAt(object, 'kind') && apiVersionOf(type) === stringAt(object, 'apiVersion'),
  );
  if (!found) throw new Error(`the fake does not serve ${stringAt(object, 'apiVersion')} ${stringAt(object, 'kind')}`);
  return found;
}
