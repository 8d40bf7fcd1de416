import { FakeKubernetes } from '../server.ts';
import { kubernetesConforms } from './conformance.ts';

kubernetesConforms('the fake', async () => {
  const fake = await FakeKubernetes.start();
  const namespace = 'conformance';
  fake.apply(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'log-pod', namespace },
      spec: { nodeName: 'node-1', containers: [{ name: 'app', image: 'example.invalid/app:1' }] },
    },
  );
  fake.setLogs(namespace, 'log-pod', 'app', 'one\ntwo\nthree\n');
  return {
    url: fake.url,
    namespace,
    logPod: 'log-pod',
    expired: { path: `/api/v1/namespaces/${namespace}/pods`, resourceVersion: '1' },
    close: () => fake.stop(),
  };
});
