import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { expectWithNote, invariant } from '../jest-support.ts';
import { type ArgoCd, startArgoCd } from './components/argo-cd.ts';
import { type Cluster, startCluster } from './components/cluster.ts';
import { startDocker } from './components/docker.ts';
import { startGitServer } from './components/git-server.ts';
import { Harness } from './components/harness.ts';
import { programImage, pushImage } from './components/image.ts';
import { deployment } from './components/manifests.ts';
import { startPrometheus } from './components/prometheus.ts';
import { type Registry, startRegistry } from './components/registry.ts';
import { createRepository } from './components/repository.ts';
import { run } from './components/run.ts';
import { until } from './components/until.ts';
import { locate } from './tools/locate.ts';
import { workload } from './tools/modules.ts';
import { program } from './tools/toolbox.ts';

const harness = new Harness();
let registry: Registry;
let cluster: Cluster;
let argoCd: ArgoCd;

beforeAll(async () => {
  [registry, cluster] = await Promise.all([startRegistry(harness), startCluster(harness)]);
  argoCd = await startArgoCd(harness, cluster);
});
afterAll(() => harness.close());

test('a Deployment with a pushed image becomes available, and one with a missing tag shows ErrImagePull', async () => {
  const { kubectl } = cluster;
  const namespace = await cluster.kubectl.createNamespace('parts-image');
  const image = `${registry.address}/parts/web`;
  const busybox = locate('busybox');
  invariant(busybox);
  const server = programImage(busybox, 'httpd', '-f', '-p', '8080', '-h', '/');
  const digest = await pushImage(
    harness.folder,
    { ...server, files: { ...server.files, '/index.html': { text: 'hello\n' } } },
    `docker://${image}:1`,
  );
  await kubectl.apply(deployment('web', namespace, `${image}@${digest}`));
  await kubectl.waitForCondition('deployment/web', namespace, 'Available');
  const pod = await kubectl.get('pods', namespace, '.items[0].metadata.name');
  expect(await kubectl.get(`pod/${pod}`, namespace, '.status.containerStatuses[0].imageID')).toMatch(
    new RegExp(digest),
  );
  const page = await kubectl.run('get', '--raw', `/api/v1/namespaces/${namespace}/pods/${pod}:8080/proxy/index.html`);
  expect(page).toBe('hello\n');

  await kubectl.apply(deployment('wrong', namespace, `${image}:never-pushed`));
  const waiting = '.status.containerStatuses[0].state.waiting.reason';
  await kubectl.wait('pod app=wrong', namespace, waiting, 'ErrImagePull', '30s');
});

const kustomization = `
resources: [settings.yaml]
namePrefix: staging-
`;
const settings = `
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {color: blue}
`;

test("real Argo CD syncs an Application from the test's Git server", async () => {
  const namespace = await cluster.kubectl.createNamespace('parts-argo-cd');
  const folder = harness.scratch('git');
  const commit = await createRepository(join(folder, 'config.git'), {
    'staging/kustomization.yaml': kustomization,
    'staging/settings.yaml': settings,
  });
  const server = await startGitServer(harness, folder);
  await argoCd.createApplication({
    name: namespace,
    repository: `${server.url}/config.git`,
    path: 'staging',
    namespace,
  });
  await argoCd.healthy(namespace, commit);
  expect(await cluster.kubectl.get('configmap/staging-settings', namespace, '.data.color')).toBe('blue');
});

test("Prometheus scrapes a pod's metrics", async () => {
  const namespace = await cluster.kubectl.createNamespace('parts-prometheus');
  const image = `${registry.address}/parts/workload:1`;
  await pushImage(harness.folder, programImage(program(workload, 'workload')), `docker://${image}`);
  await cluster.kubectl.apply(
    deployment('shop', namespace, image, { REQUESTS_PER_SECOND: '20', ERRORS_PER_THOUSAND: '250' }),
  );
  await cluster.kubectl.waitForCondition('deployment/shop', namespace, 'Available');
  const prometheus = await startPrometheus(harness, cluster.kubeconfig, namespace);
  const errors = 'sum(http_requests_total{app="shop",code="500"}) / sum(http_requests_total{app="shop"})';
  const enough = 'sum(http_requests_total{app="shop"}) > 40';
  const share = await until('40 requests', async () => (await prometheus.query(`${errors} and ${enough}`))[0]);
  expectWithNote(Math.abs(share - 0.25), `share of errors ${share}`).toBeLessThan(0.02);
});

test('the Docker daemon builds and pushes an image', async () => {
  const environment = { DOCKER_HOST: await startDocker(harness), DOCKER_BUILDKIT: '0' };
  const folder = harness.scratch('docker-context');
  writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /\n');
  const image = `${registry.address}/parts/docker:1`;
  await run('docker', ['build', '--tag', image, folder], { env: environment });
  await run('docker', ['push', image], { env: environment });
  const pushed = JSON.parse(await run('skopeo', ['inspect', '--tls-verify=false', `docker://${image}`]));
  expect(pushed.Digest).toMatch(/^sha256:[0-9a-f]{64}$/);
});
