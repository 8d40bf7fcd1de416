// The doubles of the other tests are held to the same expectations as the real thing, by the same code.
import { after, test } from 'node:test';
import { openMetrics, conformance as prometheusConforms } from '../doubles/prometheus/conformance.ts';
import { assertConforms as registryConforms } from '../doubles/registry/conformance.ts';
import { startPrometheusOver } from './components/prometheus.ts';
import { startRegistry } from './components/registry.ts';
import { Stage } from './components/stage.ts';

const stage = new Stage();
after(() => stage.close());

test('the real registry answers as the double does', async () => {
  const { address } = await startRegistry(stage);
  await registryConforms(`http://${address}`);
});

prometheusConforms('the real Prometheus', async () => {
  // Two hours ago, on a full hour: what Prometheus compacts at its own start stays as it is.
  const start = (Math.floor(Date.now() / 3_600_000) - 2) * 3600;
  const { url } = await startPrometheusOver(stage, openMetrics(start));
  return { address: url, start, close: async () => {} };
});
