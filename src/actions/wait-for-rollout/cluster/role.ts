import { accessRules } from '../../../kubernetes/access/permissions.ts';
import type { Access, AccessRule } from '../../../kubernetes/api/access-reviews.ts';

const NAME = 'wait-for-rollout';

/** The YAML of one Role per namespace (or a ClusterRole) that grants exactly these permissions. */
export function roleYaml(needed: readonly Access[]): string {
  return [...accessRules(needed)].map(([namespace, rules]) => roleIn(namespace, rules)).join('\n---\n');
}

function roleIn(namespace: string, rules: readonly AccessRule[]): string {
  const scope =
    namespace === '' ? ['kind: ClusterRole', 'metadata:'] : ['kind: Role', 'metadata:', `  namespace: ${namespace}`];
  return [
    'apiVersion: rbac.authorization.k8s.io/v1',
    ...scope,
    `  name: ${NAME}`,
    'rules:',
    ...rules.map(
      ({ groups, resources, verbs }) =>
        `  - { apiGroups: [${groups.map((group) => `"${group}"`).join(', ')}], resources: [${resources.join(', ')}], verbs: [${verbs.join(', ')}] }`,
    ),
  ].join('\n');
}
