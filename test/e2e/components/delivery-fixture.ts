import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { listAt, stringAt } from '../../../src/json/json.ts';
import { FakeGitHub } from '../../fakes/github/server.ts';
import type { Job } from '../../runner/runner.ts';
import { type ArgoCd, startArgoCd } from './argo-cd.ts';
import { type Cluster, startCluster } from './cluster.ts';
import { startGitServer } from './git-server.ts';
import { Harness } from './harness.ts';
import { type Prometheus, startPrometheus } from './prometheus.ts';
import { startProxy } from './proxy.ts';
import { startRegistry } from './registry.ts';
import { run } from './run.ts';
import { examples, newJob, type Release, Shop } from './shop.ts';
import { startTraffic } from './traffic.ts';

/** Everything that a delivery of the example shop needs, up and running. */
export interface DeliveryFixture {
  readonly cluster: Cluster;
  readonly argoCd: ArgoCd;
  readonly prometheus: Prometheus;
  readonly github: FakeGitHub;
  /** A token for the GitOps repository. */
  readonly token: string;
  /** Clone URL of the GitOps repository `acme/gitops`. */
  readonly gitUrl: string;
  /** Namespace of production. Also the name of Argo CD's Application. */
  readonly namespace: string;
  readonly shop: Shop;
  /** Creates a job of the monorepo that uses the fake GitHub. */
  newJob(env?: Readonly<Record<string, string>>): Job;
}

/** Starts the components before the tests of a file, and stops them afterwards. `delivery` works from the first test on. */
export function useDelivery(name: string): { readonly harness: Harness; readonly delivery: () => DeliveryFixture } {
  const harness = new Harness();
  let fixture: DeliveryFixture | undefined;
  beforeAll(async () => {
    fixture = await startDelivery(harness, name);
  });
  afterAll(() => harness.close());
  const delivery = () => {
    if (fixture === undefined) throw new Error('the components of the delivery are not up yet');
    return fixture;
  };
  return { harness, delivery };
}

/** Starts the components and creates the GitOps repository. Builds and deploys nothing yet. */
async function startDelivery(harness: Harness, name: string): Promise<DeliveryFixture> {
  const [{ address }, cluster] = await Promise.all([startRegistry(harness), startCluster(harness)]);
  const namespace = await cluster.kubectl.createNamespace(name);
  const argoCd = await startArgoCd(harness, cluster);
  const prometheus = await startPrometheus(harness, cluster.kubeconfig, namespace);
  startTraffic(harness, await startProxy(harness, cluster.kubeconfig), namespace, 20, '/goods');
  const github = await FakeGitHub.start();
  harness.add({ name: 'GitHub', stop: () => github.close() });
  const token = github.token();
  const newShopJob = (env: Readonly<Record<string, string>> = {}) => newJob(harness, token, { ...github.env, ...env });
  // The name is unique to this run, because an existing cluster may still have images of an earlier run.
  const shop = await Shop.open(harness, `${address}/${namespace}/shop`, newShopJob);
  const hosted = github.addRepository('acme/gitops', { files: gitopsRepository(shop.repository, namespace) });
  const gitUrl = `${(await startGitServer(harness, dirname(hosted.git.dir))).url}/gitops.git`;
  return { cluster, argoCd, prometheus, github, token, gitUrl, namespace, shop, newJob: newShopJob };
}

/** Builds the release that production starts with, and makes Argo CD apply production from the main branch. */
export async function deployFirstRelease({ shop, argoCd, gitUrl, namespace }: DeliveryFixture): Promise<Release> {
  const release = await shop.build({ version: '1.4', engine: 'layers' });
  await argoCd.createApplication({
    name: namespace,
    repository: gitUrl,
    path: 'apps/shop',
    revision: 'main',
    namespace,
  });
  return release;
}

/** The commit at the head of the GitOps repository's main branch. */
export async function headOfMain({ gitUrl }: DeliveryFixture): Promise<string> {
  return (await run('git', ['ls-remote', gitUrl, 'refs/heads/main'])).split('\t')[0] ?? '';
}

/** The distinct digests that the pods of a track run, as the node reports them. Leaves out pods that are being deleted. */
export async function runningDigests(
  { cluster, namespace }: DeliveryFixture,
  track: 'stable' | 'canary',
): Promise<string[]> {
  const options = ['--namespace', namespace, '--selector', `app=shop,track=${track}`, '--output', 'json'];
  const pods = listAt(JSON.parse(await cluster.kubectl.run('get', 'pods', ...options)), 'items');
  const remaining = pods.filter((pod) => stringAt(pod, 'metadata', 'deletionTimestamp') === undefined);
  const ids = remaining.map((pod) => stringAt(pod, 'status', 'containerStatuses', 0, 'imageID') ?? '');
  return [...new Set(ids.map((id) => id.slice(id.indexOf('@') + 1)))];
}

/** The files of the example's GitOps repository, changed to use our registry and our namespace for production. */
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
