import type { KubernetesObject } from '../../../kubernetes/objects/object.ts';
import { qualifiedName, type ResourceType } from '../../../kubernetes/objects/resource-type.ts';
import type { Cluster } from '../cluster/cluster.ts';

/** An object to wait for. */
export interface Target {
  readonly cluster: Cluster;
  readonly type: ResourceType;
  readonly namespace: string;
  readonly name: string;
  /** Finds the object if it has another name than the target: a Helm release has a Secret per revision. */
  readonly find?: () => KubernetesObject | undefined;
  /** Changes the object before it is judged: parts of it may not count. */
  readonly adjust?: (object: KubernetesObject) => KubernetesObject;
}

/** `deployment/shop` */
export function targetTitle({
  type,
  name,
}: {
  readonly type: { readonly kind: string };
  readonly name: string;
}): string {
  return `${type.kind.toLowerCase()}/${name}`;
}

/** The title, with namespace and context if they differ among all targets: `deployment/shop in staging (context eu)`. */
export function distinctTitle(target: Target, all: readonly Target[]): string {
  const differs = (property: (target: Target) => string) => new Set(all.map(property)).size > 1;
  const namespace = target.namespace && differs((each) => each.namespace) ? ` in ${target.namespace}` : '';
  const context = differs(({ cluster }) => cluster.context) ? ` (context ${target.cluster.context})` : '';
  return `${targetTitle(target)}${namespace}${context}`;
}

/** The same for two targets only if they are the same object. */
export function targetKey({ cluster, type, namespace, name }: Target): string {
  return [cluster.context, type.kind, qualifiedName(type), namespace, name].join('/');
}

/** A target in a namespace; a cluster-wide kind ignores the namespace. */
export function targetIn(cluster: Cluster, type: ResourceType, namespace: string, name: string): Target {
  return { cluster, type, name, namespace: type.namespaced ? namespace : '' };
}

/** The object as the watch knows it; undefined if it doesn't exist. */
export function currentObject({ cluster, type, namespace, name, find, adjust }: Target): KubernetesObject | undefined {
  const object = find ? find() : cluster.view.get(type, namespace, name);
  return object && adjust ? adjust(object) : object;
}
