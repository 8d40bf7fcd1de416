import { at, isObject, numberAt, parseJson, stringAt } from '../../../src/json/json.ts';
import { isBuiltIn } from './list.ts';
import { apiVersionOf, clone, meta, nameOf, namespaceOf, type Obj, type ServedType, uidOf } from './model.ts';
import { jsonPatch, mergePatch, strategicMergePatch } from './patch.ts';
import { invalid, notFound, qualified, Refusal } from './status.ts';
import { isTerminating, type ObjectStore } from './store.ts';
import type { Target } from './target.ts';
import { servedTypes } from './types.ts';

/** The object in the body of a request. @throws Refusal 400, 415 */
export function readBody(text: string, contentType: string): Obj {
  if (!/^application\/json\b/.test(contentType || 'application/json'))
    throw unsupported(
      'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
    );
  const value = parseJson(text);
  if (isObject(value)) return value;
  throw bad("couldn't get version/kind; json parse error: the body is not a JSON object");
}

export function create(store: ObjectStore, { type, namespace }: Target, body: Obj): Obj {
  requireKind(type, body);
  placeIn(namespace, body);
  if (type.namespaced) requireNamespace(store, namespace);
  return store.create(type, body);
}

export function update(store: ObjectStore, { type, namespace, name, subresource }: Target, body: Obj): Obj {
  requireKind(type, body);
  placeIn(namespace, body);
  requireName(body, name);
  return store.update(type, body, subresource === 'status' ? 'status' : 'all');
}

const PATCHES = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
];
const APPLY = 'application/apply-patch+yaml';

/** @returns the object, and whether it was created (by a server-side apply). */
export async function patch(
  store: ObjectStore,
  target: Target,
  sent: { readonly text: string; readonly contentType: string; readonly query: URLSearchParams },
): Promise<{ readonly object: Obj; readonly isNew: boolean }> {
  const { type, namespace, name, subresource } = target;
  const kind = sent.contentType.split(';')[0]?.trim() ?? '';
  if (kind === APPLY) return apply(store, target, await parseYaml(sent.text), sent.query);
  if (!PATCHES.includes(kind) || (kind.includes('strategic') && !isBuiltIn(type)))
    throw unsupported('415: Unsupported Media Type');
  const before = store.get(type, namespace, name);
  const body = parseJson(sent.text);
  if (body === undefined) throw bad('error decoding patch: it is not JSON');
  const next = kind.includes('json-patch')
    ? jsonPatch(before, body)
    : kind.includes('strategic')
      ? strategicMergePatch(before, body)
      : mergePatch(before, body);
  if (!isObject(next)) throw new Refusal(422, 'Invalid', 'the result of the patch is not an object');
  requireName(next, name);
  if (uidOf(next) !== uidOf(before))
    throw invalid(type, name, 'metadata.uid', `Invalid value: "${uidOf(next)}": field is immutable`);
  return { object: store.update(type, next, subresource === 'status' ? 'status' : 'all'), isNew: false };
}

function apply(store: ObjectStore, target: Target, body: Obj, query: URLSearchParams) {
  const { type, namespace, name, subresource } = target;
  if (!query.get('fieldManager'))
    throw new Refusal(
      422,
      'Invalid',
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    );
  requireKind(type, body);
  placeIn(namespace, body);
  const before = store.find(type, namespace, name);
  if (!before && subresource !== '') throw notFound(type, name);
  if (!before) {
    if (type.namespaced) requireNamespace(store, namespace);
    meta(body)['name'] = name;
    return { object: store.create(type, body), isNew: true };
  }
  const merged = isBuiltIn(type) ? strategicMergePatch(before, body) : mergePatch(before, body);
  return {
    object: store.update(type, isObject(merged) ? merged : before, subresource === 'status' ? 'status' : 'all'),
    isNew: false,
  };
}

/** Pods on a node and objects with finalizers are first marked as terminating. All others are removed at once. */
export function remove(store: ObjectStore, { type, namespace, name }: Target, options: unknown): unknown {
  const object = store.get(type, namespace, name);
  const asked = stringAt(options, 'preconditions', 'uid');
  if (asked !== undefined && asked !== uidOf(object))
    throw new Refusal(
      409,
      'Conflict',
      `Operation cannot be fulfilled on ${qualified(type, type.kind)} "${name}": the UID in the precondition (${asked}) does not match the UID in record (${uidOf(object)}). The object might have been deleted and then recreated`,
    );
  const grace = numberAt(options, 'gracePeriodSeconds');
  const isRunning = type.kind === 'Pod' && stringAt(object, 'spec', 'nodeName') !== undefined && grace !== 0;
  const finalizers = at(object, 'metadata', 'finalizers');
  if (isRunning || (Array.isArray(finalizers) && finalizers.length > 0)) {
    store.terminate(type, object, grace);
    return store.find(type, namespace, name);
  }
  store.remove(type, object);
  if (type.kind === 'Pod') return object;
  const group = type.group === '' ? {} : { group: type.group };
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name, ...group, kind: type.plural, uid: uidOf(object) },
  };
}

/** Like `kubectl apply`: creates the object, or updates everything but its status. */
export function applyLikeKubectl(store: ObjectStore, type: ServedType, given: Obj): Obj {
  const body = clone(given);
  if (type.namespaced) {
    meta(body)['namespace'] ??= 'default';
    provideNamespace(store, namespaceOf(body));
  }
  const before = store.find(type, namespaceOf(body), nameOf(body));
  if (!before) return store.create(type, body);
  const { metadata, status, ...rest } = body;
  const next: Obj = { ...before, ...rest, ...(type.statusSubresource || status === undefined ? {} : { status }) };
  next['metadata'] = mergePatch(before['metadata'], metadata);
  return isTerminating(before) ? before : store.update(type, next);
}

/** Creates a namespace if it is missing. */
export function provideNamespace(store: ObjectStore, name: string): void {
  const type = namespaces();
  if (store.find(type, '', name)) return;
  const created = store.create(type, { metadata: { name, labels: { 'kubernetes.io/metadata.name': name } } });
  store.update(type, { ...created, status: { phase: 'Active' } }, 'status');
}

function requireNamespace(store: ObjectStore, name: string): void {
  store.get(namespaces(), '', name);
}

function namespaces(): ServedType {
  const found = servedTypes.find(({ kind }) => kind === 'Namespace');
  if (!found) throw new Error('namespaces are not served');
  return found;
}

function requireName(object: Obj, name: string): void {
  if (nameOf(object) !== name)
    throw bad(`the name of the object (${nameOf(object)}) does not match the name on the URL (${name})`);
}

function requireKind(type: ServedType, body: Obj): void {
  const [apiVersion, kind] = [stringAt(body, 'apiVersion') ?? '', stringAt(body, 'kind') ?? ''];
  if (apiVersion === apiVersionOf(type) && kind === type.kind) return;
  if (apiVersion === '' || kind === '') throw bad(`Object 'Kind' is missing in '${JSON.stringify(body)}'`);
  const version = apiVersion.slice(apiVersion.indexOf('/') + 1);
  throw bad(
    `${kind} in version "${version}" cannot be handled as a ${type.kind}: converting (${version}.${kind}) to (${type.group}.${type.kind}): unknown conversion`,
  );
}

function placeIn(namespace: string, body: Obj): void {
  if (namespaceOf(body) === '' && namespace !== '') meta(body)['namespace'] = namespace;
  if (namespaceOf(body) !== namespace && namespace !== '')
    throw bad('the namespace of the provided object does not match the namespace sent on the request');
}

async function parseYaml(text: string): Promise<Obj> {
  const { parse } = await import('yaml');
  const value: unknown = parse(text);
  if (isObject(value)) return value;
  throw bad('error decoding YAML: it is not an object');
}

function unsupported(message: string): Refusal {
  return new Refusal(415, 'UnsupportedMediaType', message);
}

function bad(message: string): Refusal {
  return new Refusal(400, 'BadRequest', message);
}
