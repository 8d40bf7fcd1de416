import { numberAt, parseJson, stringAt } from '../../../src/json/json.ts';
import { apiVersionOf, nameOf, namespaceOf, type Obj, type ServedType } from './model.ts';
import { fieldSelector, labelSelector, type Predicate } from './selectors.ts';
import { Refusal } from './status.ts';
import type { ObjectStore } from './store.ts';

/** The selectors of a query. @throws Refusal 400 */
export function selectionOf(query: URLSearchParams, { plural }: ServedType): Predicate {
  const labels = labelSelector(query.get('labelSelector') ?? '');
  const fields = fieldSelector(query.get('fieldSelector') ?? '', plural);
  return (object) => labels(object) && fields(object);
}

/** One page of a collection. All pages show the same version. */
export function listPage(store: ObjectStore, type: ServedType, namespace: string, query: URLSearchParams): unknown {
  const selects = selectionOf(query, type);
  const after = continueOf(query.get('continue') ?? '');
  requireKnown(query.get('resourceVersion') ?? '', store.version);
  const version = after?.version ?? store.version;
  const all = store.listAt(type, namespace, version).filter(selects);
  const left = after === undefined ? all : all.filter((object) => keyOf(object) > after.key);
  const limit = Number(query.get('limit') ?? 0) || left.length;
  const items = left.slice(0, limit);
  const last = items.at(-1);
  const more = last !== undefined && left.length > limit;
  return {
    kind: `${type.kind}List`,
    apiVersion: apiVersionOf(type),
    metadata: {
      resourceVersion: String(version),
      ...(more ? { continue: tokenOf(version, keyOf(last)), remainingItemCount: left.length - limit } : {}),
    },
    // List items of built-in kinds have no kind and apiVersion. Those of custom kinds have.
    items: items.map((item) => (isBuiltIn(type) ? withoutType(item) : item)),
  };
}

/** Whether the kind is built in. Custom kinds don't support strategic merge patches. */
export function isBuiltIn({ group }: ServedType): boolean {
  return !group.includes('.') || group.endsWith('.k8s.io');
}

function withoutType({ kind: _kind, apiVersion: _apiVersion, ...rest }: Obj): Obj {
  return rest;
}

function keyOf(object: Obj): string {
  return `${namespaceOf(object)}/${nameOf(object)}`;
}

function tokenOf(version: number, key: string): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: version, start: key })).toString('base64url');
}

function continueOf(token: string): { readonly version: number; readonly key: string } | undefined {
  if (token === '') return undefined;
  const value = parseJson(Buffer.from(token, 'base64url').toString());
  const [version, key] = [numberAt(value, 'rv'), stringAt(value, 'start')];
  if (version === undefined || key === undefined)
    throw new Refusal(400, 'BadRequest', 'invalid continue token: continue key is not valid: invalid character');
  return { version, key };
}

/** A server that was restored from a backup may not have reached a version yet. The real server waits for it until a timeout. */
function requireKnown(resourceVersion: string, current: number): void {
  const problem = versionProblem(resourceVersion);
  if (problem !== undefined) throw new Refusal(400, 'BadRequest', `invalid resource version: ${problem}`);
  if (Number(resourceVersion) > current)
    throw new Refusal(504, 'Timeout', `Timeout: Too large resource version: ${resourceVersion}, current: ${current}`, {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    });
}

/** The error of an invalid resourceVersion in a query. */
export function versionProblem(text: string): string | undefined {
  if (/^\d*$/.test(text)) return undefined;
  return `resourceVersion: Invalid value: "${text}": strconv.ParseUint: parsing "${text}": invalid syntax`;
}
