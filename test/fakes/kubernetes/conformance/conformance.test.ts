import { FakeKubernetes } from '../server.ts';
import { kubernetesConforms } from './conformance.ts';

kubernetesConforms('the double', async () => {
  const double = await FakeKubernetes.start();
  const namespace = 'conformance';
  double.apply(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'talkative', namespace },
      spec: { nodeName: 'node-1', containers: [{ name: 'app', image: 'example.invalid/app:1' }] },
    },
  );
  double.setLogs(namespace, 'talkative', 'app', 'one\ntwo\nthree\n');
  return {
    url: double.url,
    namespace,
    talkative: 'talkative',
    tooOld: { path: `/api/v1/namespaces/${namespace}/pods`, resourceVersion: '1' },
    close: () => double.stop(),
  };
});
