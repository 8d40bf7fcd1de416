import type { Access, AccessRule } from '../api/access-reviews.ts';
import type { KubernetesClient, Selection } from '../api/client.ts';

/** The permissions that the account needs to watch the selections and to read the logs of pods. */
export function requiredAccess(selections: readonly Selection[], namespaces: readonly string[]): readonly Access[] {
  const kinds = selections.flatMap(({ type, namespace }) =>
    ['list', 'watch'].map((verb) => ({ verb, group: type.group, resource: type.plural, namespace })),
  );
  const logs = namespaces.map((namespace) => ({
    verb: 'get',
    group: '',
    resource: 'pods',
    subresource: 'log',
    namespace,
  }));
  return [...kinds, ...logs];
}

/** The permissions that the account lacks. One review per namespace answers for most of them; the rest are reviewed one by one. */
export async function missingAccess(client: KubernetesClient, needed: readonly Access[]): Promise<readonly Access[]> {
  const namespaces = [...new Set(needed.map(({ namespace }) => namespace))].filter((namespace) => namespace !== '');
  const rules = new Map(
    await Promise.all(
      namespaces.map(async (namespace) => [namespace, await client.rules(namespace).catch(() => [])] as const),
    ),
  );
  const unclear = needed.filter((access) => !rules.get(access.namespace)?.some((rule) => covers(rule, access)));
  const answers = await Promise.all(unclear.map(async (access) => ({ access, allowed: await client.allowed(access) })));
  return answers.filter(({ allowed }) => !allowed).map(({ access }) => access);
}

function covers({ verbs, groups, resources }: AccessRule, { verb, group, resource, subresource }: Access): boolean {
  const names = [subresource ? `${resource}/${subresource}` : resource, ...(subresource ? [`*/${subresource}`] : [])];
  const includes = (list: readonly string[], ...wanted: readonly string[]) =>
    list.some((each) => each === '*' || wanted.includes(each));
  return includes(verbs, verb) && includes(groups, group) && includes(resources, ...names);
}

/** `list deployments.apps in staging` */
export function describeAccess({ verb, group, resource, subresource, namespace }: Access): string {
  const name = `${resource}${group === '' ? '' : `.${group}`}${subresource ? `/${subresource}` : ''}`;
  return `${verb} ${name}${namespace === '' ? '' : ` in ${namespace}`}`;
}

/** The YAML of one Role per namespace that grants exactly these permissions. */
export function roleFor(needed: readonly Access[]): string {
  const namespaces = [...new Set(needed.map(({ namespace }) => namespace))].sort();
  return namespaces
    .map((namespace) => {
      const rules = rulesOf(needed.filter((access) => access.namespace === namespace));
      const scope =
        namespace === ''
          ? ['kind: ClusterRole', 'metadata:']
          : ['kind: Role', 'metadata:', `  namespace: ${namespace}`];
      return [
        'apiVersion: rbac.authorization.k8s.io/v1',
        ...scope,
        '  name: wait-for-rollout',
        'rules:',
        ...rules,
      ].join('\n');
    })
    .join('\n---\n');
}

function rulesOf(needed: readonly Access[]): string[] {
  const byGroup = new Map<string, { group: string; verbs: string; resources: Set<string> }>();
  const verbsOf = new Map<string, { group: string; verbs: Set<string> }>();
  for (const { group, resource, subresource, verb } of needed) {
    const name = subresource ? `${resource}/${subresource}` : resource;
    const key = `${group}|${name}`;
    const entry = verbsOf.get(key) ?? { group, verbs: new Set() };
    entry.verbs.add(verb);
    verbsOf.set(key, entry);
  }
  for (const [key, { group, verbs }] of verbsOf) {
    const list = [...verbs].sort().join(', ');
    const entry = byGroup.get(`${group}|${list}`) ?? { group, verbs: list, resources: new Set() };
    entry.resources.add(key.slice(key.indexOf('|') + 1));
    byGroup.set(`${group}|${list}`, entry);
  }
  return [...byGroup.values()].map(
    ({ group, verbs, resources }) =>
      `  - { apiGroups: ["${group}"], resources: [${[...resources].sort().join(', ')}], verbs: [${verbs}] }`,
  );
}
