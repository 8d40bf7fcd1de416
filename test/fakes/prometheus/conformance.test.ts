import { conformance, feed } from './conformance.ts';
import { FakePrometheus } from './server.ts';

conformance('the double', async () => {
  const start = 1_767_225_600;
  const double = await FakePrometheus.start();
  feed(double, start);
  return { address: double.url, start, close: () => double.close() };
});
