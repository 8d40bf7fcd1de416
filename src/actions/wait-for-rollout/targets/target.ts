import type { KubernetesObject } from '../../../kubernetes/objects/object.ts';
import { qualifiedName, type ResourceType } from '../../../kubernetes/objects/resource-type.ts';
import type { Cluster } from '../cluster/cluster.ts';

/** One object that is waited for. */
export interface Target {
  readonly cluster: Cluster;
  readonly type: ResourceType;
  readonly namespace: string;
  readonly name: string;
  /** Finds it where its name is not that of the object that tells about it (a Helm release has a Secret per revision). */
  readonly find?: () => KubernetesObject | undefined;
}

/** `deployment/shop` */
export function titleOf({ type, name }: Pick<Target, 'type' | 'name'>): string {
  return `${type.kind.toLowerCase()}/${name}`;
}

/** The title, with namespace and context as far as they tell it from the other targets: `deployment/shop in staging (context eu)`. */
export function placeOf(target: Target, all: readonly Target[]): string {
  const several = (of: (target: Target) => string) => new Set(all.map(of)).size > 1;
  const namespace = target.namespace && several((each) => each.namespace) ? ` in ${target.namespace}` : '';
  const context = several(({ cluster }) => cluster.context) ? ` (context ${target.cluster.context})` : '';
  return `${titleOf(target)}${namespace}${context}`;
}

/** What tells a target from every other one. */
export function identityOf({ cluster, type, namespace, name }: Target): string {
  return [cluster.context, type.kind, qualifiedName(type), namespace, name].join('/');
}

/** A target in one namespace; kinds that have none ignore it. */
export function targetOf(cluster: Cluster, type: ResourceType, namespace: string, name: string): Target {
  return { cluster, type, name, namespace: type.namespaced ? namespace : '' };
}

/** The object as it stands; undefined where it is not there. */
export function objectOf({ cluster, type, namespace, name, find }: Target): KubernetesObject | undefined {
  return find ? find() : cluster.view.get(type, namespace, name);
}
