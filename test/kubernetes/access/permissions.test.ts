import { afterEach, describe, expect, it } from '@jest/globals';
import { describeAccess, missingAccess, requiredAccess, roleFor } from '../../../src/kubernetes/access/permissions.ts';
import { wellKnown } from '../../../src/kubernetes/objects/well-known.ts';
import { FakeKubernetes } from '../../fakes/kubernetes/server.ts';
import { connect } from '../client.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start() {
  const double = await FakeKubernetes.start({ token: 'good-token' });
  const { client, close } = await connect({ kubeconfig: double.kubeconfig });
  closers.push(() => double.stop(), close);
  return { double, client };
}

const namespaced = { type: wellKnown.deployments, namespace: 'staging' };
const nodes = { ...wellKnown.pods, kind: 'Node', plural: 'nodes', namespaced: false };

describe('the rights that waiting needs', () => {
  it('are to list and watch each kind, and to read logs', () => {
    const needed = requiredAccess([namespaced, { type: wellKnown.pods, namespace: 'staging' }], ['staging']);
    expect(needed.map(describeAccess)).toStrictEqual([
      'list deployments.apps in staging',
      'watch deployments.apps in staging',
      'list pods in staging',
      'watch pods in staging',
      'get pods/log in staging',
    ]);
  });

  it('are printed as the smallest Role of each namespace', () => {
    const selections = [
      namespaced,
      { ...namespaced, type: wellKnown.replicaSets },
      { type: wellKnown.pods, namespace: 'prod' },
    ];
    const roles = roleFor(requiredAccess([...selections, { type: nodes, namespace: '' }], ['prod']));
    expect(roles).toBe(`apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: wait-for-rollout
rules:
  - { apiGroups: [""], resources: [nodes], verbs: [list, watch] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  namespace: prod
  name: wait-for-rollout
rules:
  - { apiGroups: [""], resources: [pods], verbs: [list, watch] }
  - { apiGroups: [""], resources: [pods/log], verbs: [get] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  namespace: staging
  name: wait-for-rollout
rules:
  - { apiGroups: ["apps"], resources: [deployments, replicasets], verbs: [list, watch] }`);
  });
});

describe('the rights that are missing', () => {
  const needed = requiredAccess([namespaced, { type: wellKnown.pods, namespace: 'staging' }], ['staging']);

  it('are found out by one question a namespace where nothing is missing', async () => {
    const { double, client } = await start();
    expect(await missingAccess(client, needed)).toStrictEqual([]);
    expect(double.requests.map(({ path }) => path.split('/').at(-1))).toStrictEqual(['selfsubjectrulesreviews']);
  });

  it('are asked for one by one as far as the answer leaves them open', async () => {
    const { double, client } = await start();
    double.deny({ verb: 'watch', resource: 'pods' });
    double.deny({ subresource: 'log' });
    const missing = await missingAccess(client, needed);
    expect(missing.map(describeAccess)).toStrictEqual(['watch pods in staging', 'get pods/log in staging']);
    expect(double.requests.length).toBe(3);
  });

  it('are all asked for where the rules can not be asked for at once, and of kinds without a namespace', async () => {
    const { double, client } = await start();
    double.faults.inject(/rulesreviews/, { kind: 'status', status: 403 });
    double.deny({ resource: 'nodes' });
    const missing = await missingAccess(client, [...needed, ...requiredAccess([{ type: nodes, namespace: '' }], [])]);
    expect(missing.map(describeAccess)).toStrictEqual(['list nodes', 'watch nodes']);
  });
});
