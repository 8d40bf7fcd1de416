import { systemClock } from '../../../../src/core/clock.ts';
import { startControllers } from '../../../fakes/kubernetes/controllers/controllers.ts';
import { FakeKubernetes } from '../../../fakes/kubernetes/server.ts';
import { deployment, digestOf, REPOSITORY } from '../../../fakes/kubernetes/workloads.ts';
import { loginForms, type Scenario } from '../scenario.ts';
import type { World } from '../world.ts';

const TOKEN = 'the-token-of-the-cluster';

/** A rollout that has finished, found through a kustomization, with credentials from an exec plugin. */
export const rollout: Scenario = {
  name: 'wait-for-rollout',
  action: 'wait-for-rollout',
  async stage(world) {
    const kubernetes = await FakeKubernetes.start({ token: TOKEN });
    const controllers = startControllers({
      store: kubernetes.store,
      clock: systemClock,
      images: () => ({ kind: 'serves', digest: digestOf('1') }),
      pullMs: 1,
      replicasReadyAfter: 1,
    });
    kubernetes.apply(deployment());
    world.write('workspace', 'deploy/kustomization.yaml', 'resources: [shop.yaml]\n');
    world.write('workspace', 'deploy/shop.yaml', JSON.stringify(deployment()));
    installKubectl(world);
    world.install(
      'cluster-login',
      `console.log(JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token: '${TOKEN}' } }));`,
    );
    const kubeconfig = {
      'current-context': 'c',
      clusters: [{ name: 'c', cluster: { server: kubernetes.url } }],
      users: [
        {
          name: 'u',
          user: {
            exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'cluster-login', interactiveMode: 'Never' },
          },
        },
      ],
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    };
    return {
      inputs: {
        kubeconfig: JSON.stringify(kubeconfig),
        manifests: 'deploy',
        image: `${REPOSITORY}@${digestOf('1')}`,
        timeout: '20s',
        'stable-for': '1s',
      },
      servers: { Kubernetes: { faults: kubernetes.faults } },
      secrets: loginForms('u', TOKEN),
      waits: [/3\/3/],
      timeout: 20_000,
      state: () => 'nothing is changed',
      close: async () => {
        await controllers.stop();
        await kubernetes.stop();
      },
    };
  },
};

/** A kubectl that renders the kustomization of the workspace. */
export function installKubectl(world: World): void {
  world.install('kubectl', `process.stdout.write(${JSON.stringify(JSON.stringify(deployment()))});`);
}
