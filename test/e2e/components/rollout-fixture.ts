import { listAt, parseJson, stringAt } from '../../../src/json/json.ts';
import { wellKnown } from '../../../src/kubernetes/objects/well-known.ts';
import { type Connected, connect } from '../../kubernetes/connect.ts';
import { runStep, type StepResult } from '../../runner/runner.ts';
import { locate } from '../tools/locate.ts';
import { type Cluster, startCluster } from './cluster.ts';
import type { Harness } from './harness.ts';
import { programImage, pushImage } from './image.ts';
import { type NamespaceObserver, observeNamespace } from './namespace-observer.ts';
import { startRegistry } from './registry.ts';
import { newJob } from './shop.ts';

/** How a workload differs from the default: one container that runs forever. */
export interface WorkloadOverrides {
  readonly container?: object;
  readonly pod?: object;
  readonly workload?: object;
}

/** Result of a run of wait-for-rollout. Times are in ms since the epoch. */
export interface WaitResult extends StepResult {
  readonly text: string;
  /** When the wait started. */
  readonly startedAt: number;
  /** When the result was logged. */
  readonly decidedAt: number;
}

/** Matches the log lines that show the result. */
const RESULT_LINE = /^(✗|✓|▸ Last lines)|^ *\d+\.\d+s {2}app {2}(failed: |.*pods? runs? sha256:)/;

/** Creates workloads on a real node and runs wait-for-rollout on them. */
export class RolloutFixture {
  readonly cluster: Cluster;
  readonly registry: string;
  /** Two different images of one repository. */
  readonly images: readonly [Pushed, Pushed];
  readonly #harness: Harness;
  readonly #connected: Connected;

  private constructor(
    harness: Harness,
    cluster: Cluster,
    connected: Connected,
    registry: string,
    images: readonly [Pushed, Pushed],
  ) {
    this.cluster = cluster;
    this.#connected = connected;
    this.registry = registry;
    this.images = images;
    this.#harness = harness;
  }

  static async open(harness: Harness, name: string): Promise<RolloutFixture> {
    const [{ address }, cluster] = await Promise.all([startRegistry(harness), startCluster(harness)]);
    const repository = `${address}/${name}-${process.pid}/busybox`;
    const program = programImage(locate('busybox') ?? 'busybox');
    const push = async (tag: string): Promise<Pushed> => {
      const content = { ...program, files: { ...program.files, '/release': { text: tag } } };
      const digest = await pushImage(harness.folder, content, `docker://${repository}:${tag}`);
      return { tagged: `${repository}:${tag}`, pinned: `${repository}@${digest}` };
    };
    const connected = await connect({ kubeconfig: cluster.kubeconfig });
    // Loads the HTTP client. jest refuses a dynamic import in a concurrent test from the moment on that another one has ended.
    await connected.client.list({ type: wellKnown.pods, namespace: 'default' });
    return new RolloutFixture(harness, cluster, connected, address, [await push('1'), await push('2')]);
  }

  close(): Promise<void> {
    return this.#connected.close();
  }

  /** Watches a namespace, independently of the action under test. */
  observe(namespace: string): NamespaceObserver {
    return observeNamespace(this.#connected.client, namespace);
  }

  newNamespace(): Promise<string> {
    return this.cluster.kubectl.createNamespace('rollout');
  }

  /** Runs the action to its end. @param onLine Called with each line of the log. */
  async wait(inputs: Readonly<Record<string, string>>, onLine: (line: string) => void = () => {}): Promise<WaitResult> {
    const times = { startedAt: 0, decidedAt: 0 };
    const common = { kubeconfig: this.cluster.kubeconfig, timeout: '90s' };
    const result = await runStep(newJob(this.#harness, 'no-token', {}), {
      action: 'wait-for-rollout',
      with: { ...common, ...inputs },
      onLine: (line) => {
        if (/^ *\d+\.\d+s {2}/.test(line)) times.startedAt ||= Date.now();
        if (RESULT_LINE.test(line)) times.decidedAt ||= Date.now();
        onLine(line);
      },
    });
    return { ...result, ...times, text: result.log.join('\n') };
  }

  /** Content of a kubeconfig that authenticates as a service account. */
  async kubeconfigOf(account: string, namespace: string): Promise<string> {
    const { kubectl } = this.cluster;
    const config = JSON.parse(await kubectl.run('config', 'view', '--minify', '--raw', '--output', 'json'));
    const token = (await kubectl.run('create', 'token', account, '--namespace', namespace)).trim();
    return JSON.stringify({ ...config, users: config.users.map((user: object) => ({ ...user, user: { token } })) });
  }

  /** Applies objects to a namespace. */
  apply(namespace: string, ...objects: object[]): Promise<void> {
    return this.cluster.kubectl.applyTo(namespace, ...objects);
  }

  /** A workload with the name `app`. */
  workload(kind: string, { workload = {}, ...overrides }: WorkloadOverrides = {}): object {
    const labels = { app: 'app' };
    const isJob = kind === 'Job';
    const template = { metadata: { labels }, spec: this.podSpec(overrides) };
    const spec = { ...(isJob ? {} : { selector: { matchLabels: labels } }), template, ...workload };
    const serviceName = kind === 'StatefulSet' ? { serviceName: 'app' } : {};
    const apiVersion = isJob ? 'batch/v1' : 'apps/v1';
    return { apiVersion, kind, metadata: { name: 'app', labels }, spec: { ...serviceName, ...spec } };
  }

  /** Replaces IMAGE and REGISTRY, because their values are known only at run time. */
  podSpec({ container = {}, pod = {} }: WorkloadOverrides): object {
    const running = { name: 'app', image: 'IMAGE', command: ['/busybox', 'sleep', '1000'] };
    const spec = { terminationGracePeriodSeconds: 0, containers: [{ ...running, ...container }], ...pod };
    const [first] = this.images;
    return JSON.parse(JSON.stringify(spec).replaceAll('IMAGE', first.tagged).replaceAll('REGISTRY', this.registry));
  }

  /** Pushes an index under `tag` that has the first image only for a platform that no node has. */
  async pushForeignPlatform(tag: string): Promise<string> {
    const [{ tagged }] = this.images;
    const path = tagged.slice(this.registry.length + 1).replace(/:[^:]*$/, '');
    const manifests = `http://${this.registry}/v2/${path}/manifests`;
    const accept = 'application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json';
    const answer = await fetch(`${manifests}/1`, { headers: { accept } });
    const bytes = Buffer.from(await answer.arrayBuffer());
    const mediaType = answer.headers.get('content-type') ?? '';
    const digest = answer.headers.get('docker-content-digest') ?? '';
    const platform = { os: 'linux', architecture: 's390x' };
    const index = {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [{ mediaType, digest, size: bytes.length, platform }],
    };
    const put = { method: 'PUT', headers: { 'content-type': index.mediaType }, body: JSON.stringify(index) };
    const stored = await fetch(`${manifests}/${tag}`, put);
    if (!stored.ok) throw new Error(`the registry refused the index: ${stored.status} ${await stored.text()}`);
    return `${this.registry}/${path}:${tag}`;
  }
}

export interface Pushed {
  readonly tagged: string;
  readonly pinned: string;
}

/** The images in the specs of a namespace's pods. */
export async function runningImages({ kubectl }: Cluster, namespace: string): Promise<readonly string[]> {
  const pods = parseJson(await kubectl.run('get', 'pods', '--namespace', namespace, '--output', 'json'));
  return listAt(pods, 'items')
    .filter((pod) => stringAt(pod, 'metadata', 'deletionTimestamp') === undefined)
    .map((pod) => stringAt(pod, 'spec', 'containers', 0, 'image') ?? '');
}

/** Extracts the Role that a log prints. */
export function roleIn(text: string): string {
  const role = /apiVersion: rbac\.authorization\.k8s\.io\/v1\n(?:[ ].*\n|\w.*\n)*?rules:\n(?: .*\n?)+/.exec(text)?.[0];
  if (role === undefined) throw new Error(`the log has no Role:\n${text}`);
  return role;
}
