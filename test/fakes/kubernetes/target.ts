import type { ServedType } from './model.ts';
import { noSuchPath } from './status.ts';

/** What a path below /api or /apis is about. */
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

/** @returns undefined where no group and version is served there at all. @throws Refusal 404 for a kind that it does not know. */
export function targetOf(types: readonly ServedType[], path: string): Target | undefined {
  const own = NAMESPACE.exec(path);
  const [, group = '', version, namespace = '', plural, name = '', subresource = ''] = own
    ? [path, '', 'v1', '', 'namespaces', own[1], own[2]?.slice(1)]
    : (PATH.exec(path) ?? []);
  const served = types.filter((type) => type.group === group && type.version === version);
  if (served.length === 0) return undefined;
  const type = served.find((each) => each.plural === plural);
  // An object of a namespaced kind has no address without its namespace, and the other way round.
  if (!type || (namespace !== '' && !type.namespaced) || (name !== '' && namespace === '' && type.namespaced))
    throw noSuchPath();
  const known =
    subresource === '' ||
    (subresource === 'status' && type.statusSubresource) ||
    (subresource === 'log' && plural === 'pods');
  if (!known) throw noSuchPath();
  return { type, namespace: decode(namespace), name: decode(name), subresource };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw noSuchPath();
  }
}
