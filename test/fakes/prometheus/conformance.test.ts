import { conformance, feed } from './conformance.ts';
import { FakePrometheus } from './server.ts';

conformance('the fake', async () => {
  const start = 1_767_225_600;
  const prometheus = await FakePrometheus.start();
  feed(prometheus, start);
  return { address: prometheus.url, start, close: () => prometheus.close() };
});
