import { FakeGitHub } from '../../fakes/github/server.ts';
import { runStep, type StepResult } from '../../runner/runner.ts';
import type { Cluster } from './cluster.ts';
import type { Harness } from './harness.ts';
import { newJob } from './shop.ts';

/** A manifest of a ConfigMap. */
export const settings = (color: string) => `
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  color: ${color}
`;

/** A manifest that is not YAML. */
export const unclosedMapping = `
apiVersion: v1
kind: ConfigMap
metadata: {name: open
`;

/** A manifest of a kind that no cluster has. */
export const unknownKind = `
apiVersion: example.com/v1
kind: Widget
metadata:
  name: one
`;

/** A manifest that the API server rejects. */
export const serviceWithoutPorts = `
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  ports: []
`;

/** Repositories for a GitOps controller, and runs of wait-for-rollout that wait for their commits. */
export class GitOpsFixture {
  readonly #harness: Harness;
  readonly #cluster: Cluster;
  readonly #github: FakeGitHub;
  readonly #token: string;

  private constructor(harness: Harness, cluster: Cluster, github: FakeGitHub) {
    this.#harness = harness;
    this.#cluster = cluster;
    this.#github = github;
    this.#token = github.token();
  }

  static async start(harness: Harness, cluster: Cluster): Promise<GitOpsFixture> {
    const github = await FakeGitHub.start();
    harness.add({ name: 'GitHub', stop: () => github.close() });
    return new GitOpsFixture(harness, cluster, github);
  }

  /** Creates a namespace, and a repository with one manifest for it in the folder `app`. Both have the same name, which starts with `prefix`. */
  async newRepository(prefix: string, manifest: string) {
    const namespace = await this.#cluster.kubectl.createNamespace(prefix);
    const repository = this.#github.addRepository(`acme/${namespace}`, { files: { 'app/manifest.yaml': manifest } });
    return {
      namespace,
      fullName: repository.fullName,
      /** The folder of the bare repository. */
      folder: repository.git.dir,
      /** The commit at the head of main. */
      head: () => repository.branch('main') ?? '',
      /** Replaces the manifest. @returns the commit. */
      push: (content: string) => repository.push('main', { 'app/manifest.yaml': content }, 'A change'),
    };
  }

  /** Runs wait-for-rollout. */
  wait(inputs: Readonly<Record<string, string>>): Promise<StepResult> {
    const common = { kubeconfig: this.#cluster.kubeconfig, timeout: '90s' };
    const job = newJob(this.#harness, this.#token, this.#github.env);
    return runStep(job, { action: 'wait-for-rollout', with: { ...common, ...inputs } });
  }
}
