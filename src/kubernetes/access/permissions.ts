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

/** The fewest rules that grant exactly these permissions, by namespace; those of cluster-wide kinds have the namespace ''. */
export function accessRules(needed: readonly Access[]): ReadonlyMap<string, readonly AccessRule[]> {
  const namespaces = [...new Set(needed.map(({ namespace }) => namespace))].sort();
  return new Map(
    namespaces.map((namespace) => [namespace, rulesFor(needed.filter((access) => access.namespace === namespace))]),
  );
}

/** One rule for all resources of a group that need the same verbs. */
function rulesFor(needed: readonly Access[]): readonly AccessRule[] {
  const verbsOf = new Map<string, { group: string; name: string; verbs: Set<string> }>();
  for (const { group, resource, subresource, verb } of needed) {
    const name = subresource ? `${resource}/${subresource}` : resource;
    const key = `${group}|${name}`;
    const entry = verbsOf.get(key) ?? { group, name, verbs: new Set() };
    entry.verbs.add(verb);
    verbsOf.set(key, entry);
  }
  const rules = new Map<string, { group: string; verbs: readonly string[]; resources: string[] }>();
  for (const { group, name, verbs } of verbsOf.values()) {
    const sorted = [...verbs].sort();
    const key = `${group}|${sorted}`;
    const rule = rules.get(key) ?? { group, verbs: sorted, resources: [] };
    rule.resources.push(name);
    rules.set(key, rule);
  }
  return [...rules.values()].map(({ group, verbs, resources }) => ({
    groups: [group],
    resources: resources.sort(),
    verbs,
  }));
}
