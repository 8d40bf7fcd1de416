/** A kind that an API server serves, with what is needed to address it. */
export interface ResourceType {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** `deployments`, as in URLs and RBAC rules. */
  readonly plural: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  /** Only the metadata is requested, because the objects may contain secrets. */
  readonly metadataOnly?: true;
}

export function apiVersionOf({ group, version }: Pick<ResourceType, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`;
}

/** The URL path of a collection, or of one object in it. */
export function pathOf(type: ResourceType, namespace?: string, name?: string): string {
  const root = type.group === '' ? `/api/${type.version}` : `/apis/${type.group}/${type.version}`;
  const scope = type.namespaced && namespace ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${root}${scope}/${type.plural}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`;
}

/** `deployments.apps`: how RBAC and CRDs name a kind. */
export function qualifiedName({ plural, group }: ResourceType): string {
  return group === '' ? plural : `${plural}.${group}`;
}

/** Whether a user's word names this kind: `Deployment`, `deployments`, `deploy`, `deployment.apps`, `deployments.v1.apps`. */
export function matchesName(type: ResourceType, word: string): boolean {
  const [name = '', ...rest] = word.toLowerCase().split('.');
  const qualifier = rest.join('.');
  const names = [type.kind.toLowerCase(), type.plural, ...type.shortNames];
  return names.includes(name) && (qualifier === '' || [type.group, apiQualifier(type)].includes(qualifier));
}

function apiQualifier({ group, version }: ResourceType): string {
  return group === '' ? version : `${version}.${group}`;
}
