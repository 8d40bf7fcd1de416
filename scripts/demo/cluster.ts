import { parseAllDocuments } from 'yaml';
import { systemClock } from '../../src/core/clock.ts';
import { parseReference } from '../../src/image/reference.ts';
import { stringAt } from '../../src/json/json.ts';
import type { HostedRepository } from '../../test/fakes/github/hosted-repository.ts';
import { ArgoCd } from '../../test/fakes/kubernetes/controllers/argo-cd.ts';
import { type Controllers, startControllers } from '../../test/fakes/kubernetes/controllers/controllers.ts';
import type { ImageBehavior } from '../../test/fakes/kubernetes/controllers/images.ts';
import { FakeKubernetes } from '../../test/fakes/kubernetes/server.ts';
import type { FakeRegistry } from '../../test/fakes/registry/registry.ts';
import type { Environment } from './environments.ts';
import { type ReadFile, renderKustomization } from './kustomize.ts';

/** How often Argo CD polls the GitOps repository, in ms. */
const SYNC_INTERVAL = 300;

interface Application {
  readonly name: string;
  readonly path: string;
}

/** A fake cluster: Argo CD syncs it from the GitOps repository, and its nodes pull from the registry. */
export class Cluster {
  readonly kubeconfig: string;
  readonly #kubernetes: FakeKubernetes;
  readonly #controllers: Controllers;
  readonly #argoCd: ArgoCd;
  readonly #gitops: HostedRepository;
  readonly #timer: NodeJS.Timeout;
  #syncedCommit = '';

  private constructor(kubernetes: FakeKubernetes, gitops: HostedRepository, registry: FakeRegistry) {
    this.#kubernetes = kubernetes;
    this.kubeconfig = kubernetes.kubeconfig;
    this.#gitops = gitops;
    this.#controllers = startControllers({
      store: kubernetes.store,
      clock: systemClock,
      images: (reference) => pullFrom(reference, registry),
    });
    this.#argoCd = new ArgoCd(kubernetes.store, systemClock);
    this.#timer = setInterval(() => this.#reconcile(), SYNC_INTERVAL);
  }

  static async start(gitops: HostedRepository, registry: FakeRegistry): Promise<Cluster> {
    return new Cluster(await FakeKubernetes.start({ token: 'demo-cluster-token' }), gitops, registry);
  }

  /** The digests that the pods of an environment run, joined by commas. Pods that are terminating don't count. */
  runningDigest({ namespace, track }: Environment): string {
    const pods = this.#kubernetes.store
      .list(this.#kubernetes.typeOf({ kind: 'Pod' }), namespace)
      .filter((pod) => stringAt(pod, 'metadata', 'labels', 'app') === 'shop')
      .filter((pod) => stringAt(pod, 'metadata', 'labels', 'track') === track)
      .filter((pod) => stringAt(pod, 'metadata', 'deletionTimestamp') === undefined);
    const images = pods.map((pod) => stringAt(pod, 'status', 'containerStatuses', 0, 'imageID') ?? '');
    return [...new Set(images.map((image) => image.replace(/^.*@/, '')))].join(', ');
  }

  /** Resolves when every Application is synced and healthy. */
  waitUntilSynced(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#isSynced()) return resolve();
      const stop = this.#kubernetes.store.onChange(() => {
        if (!this.#isSynced()) return;
        stop();
        resolve();
      });
    });
  }

  #isSynced(): boolean {
    const applications = this.#kubernetes.store.list(this.#kubernetes.typeOf({ kind: 'Application' }));
    return (
      this.#syncedCommit !== '' &&
      applications.every((each) => stringAt(each, 'status', 'health', 'status') === 'Healthy')
    );
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#controllers.stop();
    await this.#kubernetes.stop();
  }

  #reconcile(): void {
    const commit = this.#gitops.branch('main') ?? '';
    const read = (path: string) => this.#gitops.file(commit, path);
    if (commit !== this.#syncedCommit) {
      for (const { name, path } of applicationsOf(read))
        this.#argoCd.sync(name, commit, renderKustomization(path, read));
      this.#syncedCommit = commit;
    }
    this.#argoCd.refresh();
  }
}

function applicationsOf(read: ReadFile): Application[] {
  return ['argocd/staging.yaml', 'argocd/production.yaml'].flatMap((file) =>
    parseAllDocuments(read(file) ?? '').map((document) => {
      const application: unknown = document.toJS();
      return {
        name: stringAt(application, 'metadata', 'name') ?? '',
        path: stringAt(application, 'spec', 'source', 'path') ?? '',
      };
    }),
  );
}

/** What a node gets when it pulls: the registry's image of this reference, or `undefined` if it has none. */
function pullFrom(reference: string, registry: FakeRegistry): ImageBehavior | undefined {
  const image = parseReference(reference);
  const found = image && registry.store.manifest(image.repository, image.digest ?? image.tag ?? 'latest');
  return found && { kind: 'serves', digest: found.digest };
}
