import { at, isObject, listAt, stringAt } from '../../../json/json.ts';
import { ruleFor } from '../../../kubernetes/health/kind-rules.ts';
import {
  managedResources,
  managesResources,
  type ResourceName,
} from '../../../kubernetes/inventory/managed-resources.ts';
import { groupOf, type KubernetesObject } from '../../../kubernetes/objects/object.ts';
import { wellKnownTypes } from '../../../kubernetes/objects/well-known.ts';
import type { ObjectPattern } from '../input-types/object-pattern.ts';
import type { Target } from './target.ts';

/** Objects that other targets bring, but that are not waited for. */
export interface LeftOut {
  readonly ignore: readonly ObjectPattern[];
  /** What Argo CD calls Healthy, and runs no pods, counts through its Application alone. */
  readonly trustsArgoCd: boolean;
}

/** Whether a line of `ignore` names the object. */
export function isIgnored({ ignore }: LeftOut, { group, kind, namespace, name }: ResourceName): boolean {
  if (ignore.length === 0) return false;
  const known = wellKnownTypes.find((type) => type.group === group && type.kind === kind);
  const lower = kind.toLowerCase();
  const names = [lower, known?.plural ?? `${lower}s`, ...(known?.shortNames ?? []), `${lower}.${group}`];
  return ignore.some(({ matches }) => names.some((word) => matches(`${namespace || '-'}/${word}/${name}`)));
}

/** Whether the Application that brings an object vouches for it. */
export function isTrusted({ trustsArgoCd }: LeftOut, parent: KubernetesObject | undefined, of: ResourceName): boolean {
  if (!trustsArgoCd || !parent || !isApplication(parent)) return false;
  if (managesResources(of) || ruleFor(of.group, of.kind)?.workload) return false;
  const resources = listAt(parent, 'status', 'resources');
  const entry = resources.find((each) => isSame(nameOf(each), of));
  const reported = resources.some(hasHealth) ? entry : parent['status'];
  return stringAt(reported, 'health', 'status') === 'Healthy';
}

/** The target; if it is an Application, without the objects that are ignored. */
export function withoutIgnored(target: Target, leftOut: LeftOut): Target {
  const { group, kind } = target.type;
  if (leftOut.ignore.length === 0 || `${kind}.${group}` !== 'Application.argoproj.io') return target;
  const { server } = target.cluster.client.connection;
  return { ...target, adjust: (application) => judgedWithout(application, leftOut, server) };
}

/**
 * An Application with the health that Argo CD would report if the ignored objects were not there. Argo CD 3 may keep the health of each
 * object to itself (resourceHealthSource: appTree). Then a health that any object may have caused doesn't count, except Degraded: the other
 * objects are targets themselves.
 */
function judgedWithout(application: KubernetesObject, leftOut: LeftOut, server: URL): KubernetesObject {
  const status = application['status'];
  if (!isObject(status)) return application;
  const resources = listAt(status, 'resources').map((each) =>
    isIgnored(leftOut, nameOf(each)) && isObject(each) ? { ...each, health: undefined } : each,
  );
  const before = listAt(status, 'resources');
  const isUnhealthy = (each: unknown) => (stringAt(each, 'health', 'status') ?? 'Healthy') !== 'Healthy';
  const mayBeIgnored =
    before.some((each) => isIgnored(leftOut, nameOf(each))) &&
    managedResources(application, server)?.kind === 'listed' &&
    ['Progressing', 'Suspended', 'Missing'].includes(stringAt(status, 'health', 'status') ?? '');
  const isHeldByIgnored = before.some(hasHealth)
    ? before.some(isUnhealthy) && !resources.some(isUnhealthy)
    : mayBeIgnored;
  const health = isHeldByIgnored ? { status: 'Healthy' } : status['health'];
  return { ...application, status: { ...status, resources, health } };
}

function hasHealth(entry: unknown): boolean {
  return stringAt(entry, 'health', 'status') !== undefined;
}

function isApplication(object: KubernetesObject): boolean {
  return object.kind === 'Application' && groupOf(object) === 'argoproj.io';
}

function nameOf(entry: unknown): ResourceName {
  const text = (key: string) => String(at(entry, key) ?? '');
  return { group: text('group'), kind: text('kind'), namespace: text('namespace'), name: text('name') };
}

function isSame(one: ResourceName, other: ResourceName): boolean {
  return (
    one.group === other.group && one.kind === other.kind && one.namespace === other.namespace && one.name === other.name
  );
}
