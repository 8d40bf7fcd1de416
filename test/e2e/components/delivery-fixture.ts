import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { listAt, stringAt } from '../../../src/json/json.ts';
import { FakeGitHub } from '../../fakes/github/server.ts';
import type { Job } from '../../runner/runner.ts';
import { type ArgoCd, startArgoCd } from './argo-cd.ts';
import { type Cluster, startCluster } from './cluster.ts';
import { startGitServer } from './git-server.ts';
import type { Harness } from './harness.ts';
import { type Prometheus, startPrometheus } from './prometheus.ts';
import { startProxy } from './proxy.ts';
import { startRegistry } from './registry.ts';
import { run } from './run.ts';
import { examples, newJob, Shop } from './shop.ts';
import { startTraffic } from './traffic.ts';

/** All that a delivery of the example shop passes through, up and running. */
export interface DeliveryFixture {
  readonly cluster: Cluster;
  readonly argoCd: ArgoCd;
  readonly prometheus: Prometheus;
  readonly github: FakeGitHub;
  /** A token for the GitOps repository. */
  readonly token: string;
  /** Where the GitOps repository, `acme/gitops`, is cloned from. */
  readonly gitUrl: string;
  /** The namespace that production is in; also the name of Argo CD's Application. */
  readonly namespace: string;
  readonly shop: Shop;
  /** A job of the monorepo's at the GitHub double. */
  newJob(env?: Readonly<Record<string, string>>): Job;
}

/** Starts the parts and puts the example's GitOps repository in their midst. Nothing is built or deployed yet. */
export async function startDelivery(harness: Harness, name: string): Promise<DeliveryFixture> {
  const [{ address }, cluster] = await Promise.all([startRegistry(harness), startCluster(harness)]);
  const namespace = await cluster.kubectl.createNamespace(name);
  const argoCd = await startArgoCd(harness, cluster);
  const prometheus = await startPrometheus(harness, cluster.kubeconfig, namespace);
  startTraffic(harness, await startProxy(harness, cluster.kubeconfig), namespace, 20, '/goods');
  const github = await FakeGitHub.start();
  harness.add({ name: 'GitHub', stop: () => github.close() });
  const token = github.token();
  const newJobHere = (env: Readonly<Record<string, string>> = {}) => newJob(harness, token, { ...github.env, ...env });
  // A given cluster may still hold the images of an earlier run: under a name that no run has twice, they don't matter.
  const shop = await Shop.open(harness, `${address}/${namespace}/shop`, newJobHere);
  const hosted = github.addRepository('acme/gitops', { files: gitopsRepository(shop.repository, namespace) });
  const gitUrl = `${(await startGitServer(harness, dirname(hosted.git.dir))).url}/gitops.git`;
  return { cluster, argoCd, prometheus, github, token, gitUrl, namespace, shop, newJob: newJobHere };
}

/** Has Argo CD apply production from now on. */
export function syncFromMain({ argoCd, gitUrl, namespace }: DeliveryFixture): Promise<void> {
  return argoCd.createApplication({
    name: namespace,
    repository: gitUrl,
    path: 'apps/shop',
    revision: 'main',
    namespace,
  });
}

/** The commit at the head of the GitOps repository's main branch. */
export async function headOfMain({ gitUrl }: DeliveryFixture): Promise<string> {
  return (await run('git', ['ls-remote', gitUrl, 'refs/heads/main'])).split('\t')[0] ?? '';
}

/** The digests that the pods of a track run, each once, as the node tells; pods on their way out aside. */
export async function runningDigests(
  { cluster, namespace }: DeliveryFixture,
  track: 'stable' | 'canary',
): Promise<string[]> {
  const selection = ['--namespace', namespace, '--selector', `app=shop,track=${track}`, '--output', 'json'];
  const pods = listAt(JSON.parse(await cluster.kubectl.run('get', 'pods', ...selection)), 'items');
  const staying = pods.filter((pod) => stringAt(pod, 'metadata', 'deletionTimestamp') === undefined);
  const ids = staying.map((pod) => stringAt(pod, 'status', 'containerStatuses', 0, 'imageID') ?? '');
  return [...new Set(ids.map((id) => id.slice(id.indexOf('@') + 1)))];
}

/** The example's GitOps repository, with the shop from our registry, and production in our namespace. */
function gitopsRepository(shop: string, namespace: string): Record<string, string> {
  const folder = join(examples, 'gitops');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry): [string, string] => {
      const path = join(entry.parentPath, entry.name);
      const text = readFileSync(path, 'utf8').replaceAll('ghcr.io/acme/shop', shop);
      return [relative(folder, path), text.replace(/^namespace: production$/m, `namespace: ${namespace}`)];
    });
  const both = 'resources: [overlays/production, overlays/production-canary]\n';
  return { ...Object.fromEntries(files), 'apps/shop/kustomization.yaml': both };
}
