// Runs the conformance tests of the fakes on the real servers.
import { afterAll, test } from '@jest/globals';
import { kubernetesConforms } from '../fakes/kubernetes/conformance/conformance.ts';
import { openMetrics, conformance as prometheusConforms } from '../fakes/prometheus/conformance.ts';
import { assertConforms as registryConforms } from '../fakes/registry/conformance.ts';
import { startCluster } from './components/cluster.ts';
import { Harness } from './components/harness.ts';
import { programImage, pushImage } from './components/image.ts';
import { startPrometheusOver } from './components/prometheus.ts';
import { startProxy } from './components/proxy.ts';
import { startRegistry } from './components/registry.ts';
import { until } from './components/until.ts';
import { locate } from './tools/locate.ts';

const harness = new Harness();
afterAll(() => harness.close());

test('the real registry conforms as the fake does', async () => {
  const { address } = await startRegistry(harness);
  await registryConforms(`http://${address}`);
});

prometheusConforms('the real Prometheus', async () => {
  // Two hours ago, on a full hour, so that Prometheus's compaction at its start doesn't change the blocks.
  const start = (Math.floor(Date.now() / 3_600_000) - 2) * 3600;
  const { url } = await startPrometheusOver(harness, openMetrics(start));
  return { address: url, start, close: async () => {} };
});

kubernetesConforms('the real API server', async () => {
  const [{ address }, { kubeconfig, kubectl }] = await Promise.all([startRegistry(harness), startCluster(harness)]);
  const namespace = await kubectl.createNamespace('conformance');
  const script = 'echo one; echo two; echo three; exec /busybox sleep 1000';
  const image = `${address}/conformance/log-pod:1`;
  const logWriter = programImage(locate('busybox') ?? 'busybox', 'sh', '-c', script);
  await pushImage(harness.folder, logWriter, `docker://${image}`);
  const pod = { containers: [{ name: 'app', image }], terminationGracePeriodSeconds: 0 };
  await kubectl.apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'log-pod', namespace }, spec: pod }, probes);
  await kubectl.waitForCondition('pod/log-pod', namespace, 'Ready');
  await kubectl.waitForKind(probes.metadata.name);
  const url = `http://${await startProxy(harness, kubeconfig)}`;
  // The server keeps events of a kind only since it serves the kind. Version 1 is older than that.
  const expired = { path: `/apis/e2e.example.com/v1/namespaces/${namespace}/probes`, resourceVersion: '1' };
  // At first the server answers 429, "storage is (re)initializing".
  await until('the new kind is served', async () => ((await fetch(url + expired.path)).ok ? true : undefined));
  return {
    url,
    namespace,
    logPod: 'log-pod',
    expired,
    close: () => kubectl.run('delete', 'namespace', namespace, '--wait=false').then(() => {}),
  };
});

const probes = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'probes.e2e.example.com' },
  spec: {
    group: 'e2e.example.com',
    names: { kind: 'Probe', plural: 'probes', singular: 'probe' },
    scope: 'Namespaced',
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
};
