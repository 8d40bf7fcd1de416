import type { Clock } from '../../../../src/core/clock.ts';
import { at, listAt, numberAt, objectAt, stringAt } from '../../../../src/json/json.ts';
import { apiVersionOf, isEqual, nameOf, namespaceOf, type Obj, type ServedType } from '../model.ts';
import type { ObjectStore } from '../store.ts';
import { servedTypes } from '../types.ts';
import { applyLikeKubectl } from '../verbs.ts';
import { argoHealth, worst } from './argo-health.ts';
import { kinds } from './simulated-cluster.ts';

const NAMESPACE = 'argocd';

/** Simulates Argo CD's application controller: applies objects and writes the status of Applications, as version 3.2 does. */
export class ArgoCd {
  readonly #store: ObjectStore;
  readonly #clock: Clock;

  constructor(store: ObjectStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Compares the Application with a commit. It is out of sync until it is synced. */
  compare(name: string, revision: string): void {
    const sync = { status: 'OutOfSync', revision, comparedTo: this.#comparedTo(name) };
    this.#status(name, () => ({ sync, conditions: [], reconciledAt: this.#stamp() }));
  }

  /** Applies the objects of a commit, with the same steps in the status as the real controller. Prunes objects that are no longer in it. */
  sync(name: string, revision: string, objects: readonly Obj[]): void {
    const before = this.#application(name);
    if (stringAt(before, 'status', 'sync', 'revision') !== revision) this.compare(name, revision);
    const startedAt = this.#stamp();
    this.#operate(name, { phase: 'Running', message: 'waiting for completion', startedAt, revision });
    const applied = objects.map((object) => applyLikeKubectl(this.#store, typeOf(object), object));
    this.#prune(listAt(before, 'status', 'resources'), applied);
    this.#operate(name, { phase: 'Succeeded', message: 'successfully synced (all tasks run)', startedAt, revision });
    this.#status(name, (application) => {
      const history = listAt(application, 'status', 'history');
      const id = (numberAt(history.at(-1), 'id') ?? -1) + 1;
      const entry = { id, revision, deployStartedAt: startedAt, deployedAt: this.#stamp() };
      return {
        resources: applied.map((object) => ({ ...identityOf(object), status: 'Synced' })),
        sync: { status: 'Synced', revision, comparedTo: this.#comparedTo(name) },
        history: [...history, entry].slice(-10),
        conditions: [],
        reconciledAt: this.#stamp(),
      };
    });
    this.refresh();
  }

  /** Applies the objects of a commit, and then waits for their health before the next wave: the sync goes on. */
  beginSync(name: string, revision: string, objects: readonly Obj[]): void {
    const history = listAt(this.#application(name), 'status', 'history');
    this.sync(name, revision, objects);
    const message = 'waiting for healthy state of apps/Deployment/shop';
    this.#operate(name, { phase: 'Running', message, startedAt: this.#stamp(), revision });
    const resources = objects.map((object) => ({ ...identityOf(object), status: 'Synced', syncPhase: 'Sync' }));
    this.#status(name, (application) => ({
      operationState: {
        ...objectAt(application, 'status', 'operationState'),
        syncResult: { revision, source: this.#source(name), resources },
      },
      sync: { status: 'OutOfSync', revision, comparedTo: this.#comparedTo(name) },
      history,
    }));
  }

  /** A commit whose objects the cluster has already, such as the revert of one that could not be applied: nothing is synced. */
  find(name: string, revision: string): void {
    const sync = { status: 'Synced', revision, comparedTo: this.#comparedTo(name) };
    this.#status(name, () => ({ sync, conditions: [], reconciledAt: this.#stamp() }));
  }

  /** A sync that the cluster rejects. */
  failSync(name: string, revision: string, message: string): void {
    this.compare(name, revision);
    const startedAt = this.#stamp();
    this.#operate(name, { phase: 'Running', message: 'waiting for completion', startedAt, revision });
    this.#operate(name, { phase: 'Failed', message, startedAt, revision });
    const type = 'SyncError';
    const text = `Failed last sync attempt to [${revision}]: ${message}`;
    this.#status(name, () => ({
      conditions: [{ type, message: text, lastTransitionTime: this.#stamp() }],
      reconciledAt: this.#stamp(),
    }));
  }

  /** A sync that the cluster rejects and that will be tried again. Meanwhile no other sync starts. */
  retrySync(name: string, revision: string, resource: Obj): void {
    this.compare(name, revision);
    const startedAt = this.#stamp();
    const message = 'one or more objects failed to apply. Retrying attempt #1 at 12:00PM.';
    this.#operate(name, { phase: 'Running', message, startedAt, revision });
    this.#status(name, (application) => ({
      operationState: {
        ...objectAt(application, 'status', 'operationState'),
        finishedAt: this.#stamp(),
        retryCount: 1,
        syncResult: { revision, source: this.#source(name), resources: [{ ...resource, status: 'SyncFailed' }] },
      },
    }));
  }

  /** Applies the objects of a commit, and then its PostSync hook fails. The Application is synced nevertheless. */
  failPostSync(name: string, revision: string, objects: readonly Obj[], hook: string): void {
    this.sync(name, revision, objects);
    this.#failOperation(name, revision, {
      ...{ group: 'batch', version: 'v1', kind: 'Job', namespace: 'default', name: hook },
      ...{ hookType: 'PostSync', syncPhase: 'PostSync', hookPhase: 'Failed' },
      message: 'Job has reached the specified backoff limit',
    });
  }

  /** A PreSync hook fails before any object is applied. */
  failPreSync(name: string, revision: string, hook: string): void {
    this.compare(name, revision);
    this.#failOperation(name, revision, {
      ...{ group: 'batch', version: 'v1', kind: 'Job', namespace: 'default', name: hook },
      ...{ hookType: 'PreSync', syncPhase: 'PreSync', hookPhase: 'Failed' },
      message: 'Job has reached the specified backoff limit',
    });
  }

  #failOperation(name: string, revision: string, resource: Obj): void {
    const message = 'one or more synchronization tasks completed unsuccessfully';
    this.#operate(name, { phase: 'Failed', message, startedAt: this.#stamp(), revision });
    this.#status(name, (application) => ({
      operationState: {
        ...objectAt(application, 'status', 'operationState'),
        syncResult: { revision, source: this.#source(name), resources: [resource] },
      },
      reconciledAt: this.#stamp(),
    }));
  }

  /** The repository can't be read, or its manifests can't be rendered. The status then names the branch, not the commit. */
  failComparison(name: string, message: string): void {
    const condition = { type: 'ComparisonError', message, lastTransitionTime: this.#stamp() };
    const sync = { status: 'Unknown', revision: 'HEAD', comparedTo: this.#comparedTo(name) };
    this.#status(name, () => ({ conditions: [condition], sync, reconciledAt: this.#stamp() }));
  }

  /** Argo CD does not even compare an Application whose spec is invalid. */
  rejectSpec(name: string, message: string): void {
    const condition = { type: 'InvalidSpecError', message, lastTransitionTime: this.#stamp() };
    this.#status(name, (application) => ({
      conditions: [condition],
      sync: { ...objectAt(application, 'status', 'sync'), status: 'Unknown' },
      health: { status: 'Unknown' },
    }));
  }

  /** Changes the spec of an Application, such as its sync policy. */
  configure(name: string, change: Obj): void {
    const application = this.#application(name);
    const spec = { ...objectAt(application, 'spec'), ...change };
    this.#store.update(kinds.applications, { ...application, spec });
  }

  /** Updates the health of every Application from its objects. */
  refresh(): void {
    for (const application of this.#store.list(kinds.applications)) {
      const healths = listAt(application, 'status', 'resources').flatMap((resource) => {
        const found = this.#find(resource);
        return argoHealth(stringAt(resource, 'kind') ?? '', found) ?? [];
      });
      const status = worst(healths);
      if (stringAt(application, 'status', 'health', 'status') === status) continue;
      this.#status(nameOf(application), () => ({
        health: { status, lastTransitionTime: this.#stamp() },
        // Since version 3.0 the health of each object is kept in the tree, not in the Application.
        resourceHealthSource: 'appTree',
      }));
    }
  }

  #operate(
    name: string,
    { phase, message, startedAt, revision }: { phase: string; message: string; startedAt: string; revision: string },
  ): void {
    const operation = { sync: { revision, prune: true }, initiatedBy: { automated: true }, retry: { limit: 5 } };
    const isOver = phase !== 'Running';
    const operationState = {
      operation,
      phase,
      message,
      startedAt,
      ...(isOver ? { finishedAt: this.#stamp(), syncResult: { revision, source: this.#source(name) } } : {}),
    };
    this.#status(name, () => ({ operationState }));
  }

  #application(name: string): Obj {
    const found = this.#store.find(kinds.applications, NAMESPACE, name);
    if (found) return found;
    return this.#store.create(kinds.applications, {
      metadata: { namespace: NAMESPACE, name },
      spec: {
        project: 'default',
        source: { repoURL: 'https://git.example/gitops.git', path: name, targetRevision: 'HEAD' },
        destination: { server: 'https://kubernetes.default.svc', namespace: 'default' },
        syncPolicy: { automated: { prune: true, selfHeal: true } },
      },
    });
  }

  #status(name: string, change: (application: Obj) => Obj): void {
    const application = this.#application(name);
    const status = { ...objectAt(application, 'status'), ...change(application) };
    if (!isEqual(status, application['status'])) this.#store.update(kinds.applications, { ...application, status });
  }

  #comparedTo(name: string): Obj {
    return { source: this.#source(name), destination: at(this.#application(name), 'spec', 'destination') };
  }

  #source(name: string): unknown {
    return at(this.#application(name), 'spec', 'source');
  }

  #prune(before: readonly unknown[], applied: readonly Obj[]): void {
    const kept = applied.map(identityOf);
    for (const resource of before) {
      const isKept = kept.some(
        ({ kind, name, namespace }) =>
          kind === stringAt(resource, 'kind') &&
          name === stringAt(resource, 'name') &&
          namespace === (stringAt(resource, 'namespace') ?? ''),
      );
      const found = isKept ? undefined : this.#find(resource);
      if (found) this.#store.remove(typeOf(found), found);
    }
  }

  #find(resource: unknown): Obj | undefined {
    const kind = stringAt(resource, 'kind');
    const group = stringAt(resource, 'group') ?? '';
    const type = servedTypes.find((each) => each.kind === kind && each.group === group);
    return type && this.#store.find(type, stringAt(resource, 'namespace') ?? '', stringAt(resource, 'name') ?? '');
  }

  #stamp(): string {
    return new Date(this.#clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
  }
}

function identityOf(object: Obj) {
  const { group, version, kind } = typeOf(object);
  return { group, version, kind, namespace: namespaceOf(object), name: nameOf(object) };
}

function typeOf(object: Obj): ServedType {
  const kind = stringAt(object, 'kind');
  const apiVersion = stringAt(object, 'apiVersion');
  const found = servedTypes.find((type) => type.kind === kind && apiVersionOf(type) === apiVersion);
  if (!found) throw new Error(`the fake does not serve ${apiVersion} ${kind}`);
  return found;
}
