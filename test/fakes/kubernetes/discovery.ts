import { apiVersionOf, type ServedType } from './model.ts';

const VERBS = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];
const REVIEWS = { group: 'authorization.k8s.io', version: 'v1' };

/** The response to a discovery request; undefined for any other path. */
export function discover(
  types: readonly ServedType[],
  path: string,
  accept: string,
  downGroups: ReadonlySet<string>,
): Discovered | undefined {
  const all = [...types, review];
  const aggregated = /g=apidiscovery\.k8s\.io;v=(v2|v2beta1);as=APIGroupDiscoveryList/.exec(accept)?.[1];
  if (path === '/api' || path === '/apis') {
    const wanted = all.filter(({ group }) => (group === '') === (path === '/api'));
    if (aggregated !== undefined) return aggregatedList(wanted, aggregated, downGroups);
    return json(path === '/api' ? { kind: 'APIVersions', versions: ['v1'] } : groupList(wanted));
  }
  const [, group, version] = /^\/(?:api|apis\/([^/]+))(?:\/([^/]+))?$/.exec(path) ?? [];
  const served = all.filter(
    (type) => type.group === (group ?? '') && (version === undefined || type.version === version),
  );
  if ((group === undefined && version === undefined) || served.length === 0) return undefined;
  return json(version === undefined ? { apiVersion: 'v1', ...groupOf(served) } : resourceList(served));
}

export interface Discovered {
  readonly contentType: string;
  readonly body: unknown;
}

/** Serves access reviews: they can be created, but are not stored. */
const review: ServedType = {
  ...REVIEWS,
  kind: 'SelfSubjectAccessReview',
  plural: 'selfsubjectaccessreviews',
  singular: 'selfsubjectaccessreview',
  shortNames: [],
  namespaced: false,
  statusSubresource: false,
  hasGeneration: false,
};

function json(body: unknown): Discovered {
  return { contentType: 'application/json', body };
}

function groupList(types: readonly ServedType[]) {
  const groups = [...new Set(types.map(({ group }) => group))];
  return {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: groups.map((group) => groupOf(types.filter((type) => type.group === group))),
  };
}

function groupOf(types: readonly ServedType[]) {
  const versions = [...new Map(types.map((type) => [type.version, versionOf(type)])).values()];
  return { kind: 'APIGroup', name: types[0]?.group, versions, preferredVersion: versions[0] };
}

function versionOf(type: ServedType) {
  return { groupVersion: apiVersionOf(type), version: type.version };
}

function resourceList(types: readonly ServedType[]) {
  const [first] = types;
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: first && apiVersionOf(first),
    resources: types.flatMap((type) => {
      const { plural, singular, namespaced, kind, shortNames } = type;
      const own = {
        name: plural,
        singularName: singular,
        namespaced,
        kind,
        verbs: verbsOf(type),
        ...(shortNames.length > 0 ? { shortNames } : {}),
      };
      return [
        own,
        ...subresourcesOf(type).map(({ name, verbs }) => ({
          name: `${plural}/${name}`,
          singularName: '',
          namespaced,
          kind,
          verbs,
        })),
      ];
    }),
  };
}

function aggregatedList(types: readonly ServedType[], version: string, down: ReadonlySet<string>): Discovered {
  const groups = [...new Set(types.map(({ group }) => group))];
  const scope = ({ namespaced }: ServedType) => (namespaced ? 'Namespaced' : 'Cluster');
  const resource = (type: ServedType) => ({
    resource: type.plural,
    responseKind: { group: type.group, version: type.version, kind: type.kind },
    scope: scope(type),
    singularResource: type.singular,
    verbs: verbsOf(type),
    ...(type.shortNames.length > 0 ? { shortNames: type.shortNames } : {}),
    subresources: subresourcesOf(type).map(({ name, verbs }) => ({ subresource: name, verbs })),
  });
  const versionsOf = (group: string) => {
    const own = types.filter((type) => type.group === group);
    return [...new Set(own.map((type) => type.version))].map((each) => ({
      version: each,
      ...(down.has(group)
        ? { freshness: 'Stale', resources: [] }
        : { freshness: 'Current', resources: own.filter((type) => type.version === each).map(resource) }),
    }));
  };
  return {
    contentType: `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`,
    body: {
      kind: 'APIGroupDiscoveryList',
      apiVersion: `apidiscovery.k8s.io/${version}`,
      metadata: {},
      items: groups.map((group) => ({
        metadata: { ...(group ? { name: group } : {}), creationTimestamp: null },
        versions: versionsOf(group),
      })),
    },
  };
}

function verbsOf(type: ServedType): readonly string[] {
  return type === review ? ['create'] : VERBS;
}

function subresourcesOf(type: ServedType) {
  return [
    ...(type.statusSubresource ? [{ name: 'status', verbs: ['get', 'patch', 'update'] }] : []),
    ...(type.plural === 'pods' ? [{ name: 'log', verbs: ['get'] }] : []),
  ];
}
