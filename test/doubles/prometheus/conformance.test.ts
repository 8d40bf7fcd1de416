import { conformance, feed } from './conformance.ts';
import { PrometheusDouble } from './server.ts';

conformance('the double', async () => {
  const start = 1_767_225_600;
  const double = await PrometheusDouble.start();
  feed(double, start);
  return { address: double.url, start, close: () => double.close() };
});
