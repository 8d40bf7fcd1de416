import { setImmediate as turn } from 'node:timers/promises';
import type { Obj } from '../../test/fakes/kubernetes/model.ts';
import type { FakeKubernetes } from '../../test/fakes/kubernetes/server.ts';
import { digestOf, REPOSITORY } from '../../test/fakes/kubernetes/workloads.ts';

interface FleetSize {
  readonly workloads: number;
  readonly pods: number;
  readonly namespaces: number;
}

/**
 * Workloads with objects as large as in a real cluster. It plays the controllers itself, because the fake controllers would need more CPU time
 * than the process that waits.
 */
export class Fleet {
  readonly deployments: readonly Obj[];
  readonly #kubernetes: FakeKubernetes;
  readonly #size: FleetSize;

  constructor(kubernetes: FakeKubernetes, size: FleetSize) {
    this.#kubernetes = kubernetes;
    this.#size = size;
    this.deployments = Array.from({ length: size.workloads }, (_, index) => this.#deployment(index, 1));
  }

  /** Creates everything at the first revision. */
  create(): void {
    this.deployments.forEach((_, index) => {
      this.#kubernetes.apply(this.#deployment(index, 1));
      this.#complete(index, 1);
    });
  }

  /** Changes every Deployment to the second revision, without new pods yet. */
  updateImages(): void {
    this.deployments.forEach((_, index) => {
      this.#kubernetes.apply(this.#deployment(index, 2));
    });
  }

  /** Replaces the pods of every workload. */
  async rollOutPods(): Promise<void> {
    for (let index = 0; index < this.deployments.length; index += 1) {
      this.#complete(index, 2);
      for (let pod = 0; pod < this.#size.pods; pod += 1) this.#kubernetes.delete(this.#pod(index, 1, pod));
      await turn();
    }
  }

  #complete(index: number, revision: number): void {
    const { pods } = this.#size;
    const replicas = { replicas: pods, readyReplicas: pods, availableReplicas: pods };
    const found = this.#kubernetes.apply(this.#replicaSet(index, revision));
    for (const replicaSet of found) this.#kubernetes.setStatus(replicaSet, { ...replicas, observedGeneration: 1 });
    for (let pod = 0; pod < pods; pod += 1) {
      const object = this.#pod(index, revision, pod);
      this.#kubernetes.apply(object);
      this.#kubernetes.setStatus(object, this.#podStatus(index, revision, pod));
    }
    const condition = (type: string, reason: string) => ({ type, status: 'True', reason, message: reason });
    this.#kubernetes.setStatus(this.#deployment(index, revision), {
      ...replicas,
      updatedReplicas: pods,
      observedGeneration: revision,
      conditions: [
        condition('Available', 'MinimumReplicasAvailable'),
        condition('Progressing', 'NewReplicaSetAvailable'),
      ],
    });
  }

  #name(index: number): string {
    return `service-${String(index).padStart(3, '0')}`;
  }

  #meta(index: number, name: string, labels: Obj = {}): Obj {
    const app = this.#name(index);
    return {
      name,
      namespace: `team-${index % this.#size.namespaces}`,
      labels: { app, 'app.kubernetes.io/name': app, 'app.kubernetes.io/part-of': 'fleet', ...labels },
      managedFields: managedFields(),
    };
  }

  #template(index: number, revision: number): Obj {
    return {
      metadata: { labels: { app: this.#name(index) } },
      spec: {
        containers: [
          {
            name: 'app',
            image: this.#image(revision),
            env: Array.from({ length: 20 }, (_, each) => ({ name: `SETTING_${each}`, value: `value-${each}` })),
            resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
            readinessProbe: { httpGet: { path: '/ready', port: 8080 }, periodSeconds: 5 },
          },
        ],
      },
    };
  }

  #image(revision: number): string {
    return `${REPOSITORY}:v${revision}`;
  }

  #deployment(index: number, revision: number): Obj {
    return {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {
        ...this.#meta(index, this.#name(index)),
        annotations: { 'deployment.kubernetes.io/revision': String(revision) },
      },
      spec: {
        replicas: this.#size.pods,
        selector: { matchLabels: { app: this.#name(index) } },
        template: this.#template(index, revision),
      },
    };
  }

  #replicaSet(index: number, revision: number): Obj {
    const hash = `hash${revision}`;
    const template = this.#template(index, revision);
    return {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        ...this.#meta(index, `${this.#name(index)}-${hash}`, { 'pod-template-hash': hash }),
        annotations: { 'deployment.kubernetes.io/revision': String(revision) },
        ownerReferences: [this.#owner('Deployment', index, this.#name(index))],
      },
      spec: {
        replicas: this.#size.pods,
        selector: { matchLabels: { app: this.#name(index), 'pod-template-hash': hash } },
        template: { ...template, metadata: { labels: { app: this.#name(index), 'pod-template-hash': hash } } },
      },
    };
  }

  #pod(index: number, revision: number, pod: number): Obj {
    const hash = `hash${revision}`;
    const set = `${this.#name(index)}-${hash}`;
    const { spec } = this.#template(index, revision);
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        ...this.#meta(index, `${set}-${pod}`, { 'pod-template-hash': hash }),
        ownerReferences: [this.#owner('ReplicaSet', index, set)],
      },
      spec,
    };
  }

  #podStatus(index: number, revision: number, pod: number): Obj {
    const condition = (type: string) => ({ type, status: 'True', lastTransitionTime: '2026-03-01T12:00:00Z' });
    return {
      phase: 'Running',
      podIP: `10.${revision}.${index % 250}.${pod}`,
      conditions: ['Initialized', 'PodScheduled', 'ContainersReady', 'Ready'].map(condition),
      containerStatuses: [
        {
          name: 'app',
          ready: true,
          started: true,
          restartCount: 0,
          image: this.#image(revision),
          imageID: `${REPOSITORY}@${digestOf(String(revision))}`,
          containerID: `containerd://${digestOf('c').slice(7)}`,
          state: { running: { startedAt: '2026-03-01T12:00:00Z' } },
        },
      ],
    };
  }

  #owner(kind: string, index: number, name: string): Obj {
    const reference = { kind, name, namespace: `team-${index % this.#size.namespaces}` };
    const type = this.#kubernetes.typeOf({ kind });
    const found = this.#kubernetes.store.get(type, reference.namespace, name);
    const metadata = found['metadata'];
    const uid = typeof metadata === 'object' && metadata !== null && 'uid' in metadata ? metadata.uid : '';
    return { apiVersion: 'apps/v1', kind, name, uid, controller: true, blockOwnerDeletion: true };
  }
}

/** As large as the managed fields of a real object. */
function managedFields(): readonly Obj[] {
  const fields = Object.fromEntries(
    Array.from({ length: 30 }, (_, each) => [`f:some-field-${each}`, { 'f:value': {} }]),
  );
  return [
    { manager: 'kube-controller-manager', operation: 'Update', apiVersion: 'v1', fieldsV1: { 'f:spec': fields } },
  ];
}
