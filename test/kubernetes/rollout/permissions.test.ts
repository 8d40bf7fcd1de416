import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describeAccess, neededAccess, roleFor } from '../../../src/kubernetes/rollout/permissions.ts';
import { wellKnown } from '../../../src/kubernetes/well-known.ts';

const namespaced = { type: wellKnown.deployments, namespace: 'staging' };
const nodes = { ...wellKnown.pods, kind: 'Node', plural: 'nodes', namespaced: false };

describe('the rights that waiting needs', () => {
  it('are to list and watch each kind, and to read logs', () => {
    const needed = neededAccess([namespaced, { type: wellKnown.pods, namespace: 'staging' }], ['staging']);
    assert.deepEqual(needed.map(describeAccess), [
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
    const roles = roleFor(neededAccess([...selections, { type: nodes, namespace: '' }], ['prod']));
    assert.equal(
      roles,
      `apiVersion: rbac.authorization.k8s.io/v1
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
  - { apiGroups: ["apps"], resources: [deployments, replicasets], verbs: [list, watch] }`,
    );
  });
});
