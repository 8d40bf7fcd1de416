import { expect, test } from '@jest/globals';
import { roleYaml } from '../../../src/actions/wait-for-rollout/cluster/role.ts';
import { requiredAccess } from '../../../src/kubernetes/access/permissions.ts';
import { wellKnown } from '../../../src/kubernetes/objects/well-known.ts';

test('missing permissions are printed as one minimal Role per namespace, those of cluster-wide kinds as a ClusterRole', () => {
  const { deployments, replicaSets, pods } = wellKnown;
  const nodes = { ...pods, kind: 'Node', plural: 'nodes', namespaced: false };
  const selections = [
    { type: deployments, namespace: 'staging' },
    { type: replicaSets, namespace: 'staging' },
    { type: pods, namespace: 'prod' },
    { type: nodes, namespace: '' },
  ];
  expect(roleYaml(requiredAccess(selections, ['prod']))).toBe(`apiVersion: rbac.authorization.k8s.io/v1
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
