import type { ServedType } from './model.ts';
import { pathNotFound } from './status.ts';

/** The target of a path below /api or /apis. */
export interface Target {
  readonly type: ServedType;
  /** Empty: the whole cluster. */
  readonly namespace: string;
  /** Empty: the collection. */
  readonly name: string;
  readonly subresource: string;
}

const PATH = /^\/(?:api|apis\/([^/]+))\/([^/]+)(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+)(?:\/([^/]+))?)?$/;
const NAMESPACE = /^\/api\/v1\/namespaces\/([^/]+)(\/status)?$/;

/** @returns undefined if the group and version are not served. @throws Refusal 404 for an unknown kind. */
export function targetOf(types: readonly ServedType[], path: string): Target | undefined {
  const own = NAMESPACE.exec(path);
  const [, group = '', version, namespace = '', plural, name = '', subresource = ''] = own
    ? [path, '', 'v1', '', 'namespaces', own[1], own[2]?.slice(1)]
    : (PATH.exec(path) ?? []);
  const served = types.filter((type) => type.group === group && type.version === version);
  if (served.length === 0) return undefined;
  const type = served.find((each) => each.plural === plural);
  // Objects of namespaced kinds need a namespace in their path, and others must not have one.
  if (!type || (namespace !== '' && !type.namespaced) || (name !== '' && namespace === '' && type.namespaced))
    throw pathNotFound();
  const known =
    subresource === '' ||
    (subresource === 'status' && type.statusSubresource) ||
    (subresource === 'log' && plural === 'pods');
  if (!known) throw pathNotFound();
  return { type, namespace: decode(namespace), name: decode(name), subresource };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw pathNotFound();
  }
}
