import { trimEndOf } from '../../core/trim-end.ts';
import { at, booleanAt, listAt, stringAt } from '../../json/json.ts';
import { belongsToRelease, isHook } from '../objects/helm-release.ts';
import { groupOf, type KubernetesObject } from '../objects/object.ts';

export interface ResourceName {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** It is about to be removed, or Argo CD can't tell because it can't read the commit. */
  readonly isLeaving?: true;
}

/** The objects that a GitOps object (an Application, a Kustomization, a Helm release) manages. */
export type ManagedResources =
  | { readonly kind: 'listed'; readonly objects: readonly ResourceName[] }
  /** The GitOps object has no list. Its objects are recognized by their labels or annotations. */
  | {
      readonly kind: 'labeled';
      readonly namespace: string;
      readonly belongs: (object: KubernetesObject) => boolean;
    }
  /** The objects are in another cluster. */
  | { readonly kind: 'remote'; readonly cluster: string };

type Reader = (object: KubernetesObject, server: URL) => ManagedResources;

const FLUX = 'toolkit.fluxcd.io';

const READERS: Readonly<Record<string, Reader>> = {
  'Application.argoproj.io': ofApplication,
  [`Kustomization.kustomize.${FLUX}`]: ofKustomization,
  [`HelmRelease.helm.${FLUX}`]: ofHelmRelease,
  'Helm.': ({ metadata: { namespace, name } }) => ({
    kind: 'labeled',
    namespace,
    belongs: (each) => belongsToRelease(each, name),
  }),
};

/** Whether objects of a kind manage others. */
export function managesResources({ group, kind }: { readonly group: string; readonly kind: string }): boolean {
  return Object.hasOwn(READERS, `${kind}.${group}`);
}

/** The objects that an object manages; undefined for a kind that manages none. @param server of the object's cluster. */
export function managedResources(object: KubernetesObject, server: URL): ManagedResources | undefined {
  return READERS[`${object.kind}.${groupOf(object)}`]?.(object, server);
}

/** The resources in the status of an Application. Hooks don't belong to the release. */
function ofApplication(object: KubernetesObject, server: URL): ManagedResources {
  const destination = at(object, 'spec', 'destination');
  const name = stringAt(destination, 'name') ?? '';
  const address = stringAt(destination, 'server') ?? '';
  const isLocal =
    name === 'in-cluster' || (name === '' && ['', IN_CLUSTER, server.origin].includes(normalAddress(address)));
  if (!isLocal) return { kind: 'remote', cluster: name || address };
  const objects = listAt(object, 'status', 'resources')
    .filter((each) => !booleanAt(each, 'hook'))
    .map((each) => ({
      group: stringAt(each, 'group') ?? '',
      kind: stringAt(each, 'kind') ?? '',
      namespace: stringAt(each, 'namespace') ?? '',
      name: stringAt(each, 'name') ?? '',
      ...(booleanAt(each, 'requiresPruning') ? { isLeaving: true as const } : {}),
    }));
  return { kind: 'listed', objects };
}

const IN_CLUSTER = 'https://kubernetes.default.svc';

function normalAddress(address: string): string {
  return trimEndOf(address, '/').replace(/^(https:\/\/kubernetes\.default\.svc)(\.cluster\.local)?(:443)?$/, '$1');
}

function ofKustomization(object: KubernetesObject): ManagedResources {
  return remoteTarget(object) ?? { kind: 'listed', objects: inventoryOf(object) };
}

/** Since version 1.4 the helm-controller keeps an inventory. In every version it labels the objects that it creates. */
function ofHelmRelease(object: KubernetesObject): ManagedResources {
  const { name, namespace } = object.metadata;
  const inventory = inventoryOf(object);
  if (inventory.length > 0) return remoteTarget(object) ?? { kind: 'listed', objects: inventory };
  const belongs = ({ metadata }: KubernetesObject) =>
    metadata.labels[`helm.${FLUX}/name`] === name &&
    metadata.labels[`helm.${FLUX}/namespace`] === namespace &&
    !isHook({ metadata });
  const target = stringAt(object, 'spec', 'targetNamespace') || namespace;
  return remoteTarget(object) ?? { kind: 'labeled', namespace: target, belongs };
}

function remoteTarget(object: KubernetesObject): ManagedResources | undefined {
  const config = at(object, 'spec', 'kubeConfig');
  const name = stringAt(config, 'secretRef', 'name') ?? stringAt(config, 'configMapRef', 'name') ?? 'another cluster';
  return config === undefined ? undefined : { kind: 'remote', cluster: name };
}

/** Entries such as `staging_shop_apps_Deployment`. A colon in a name (of a Role) is written as `__`. */
function inventoryOf(object: KubernetesObject): readonly ResourceName[] {
  return listAt(object, 'status', 'inventory', 'entries').flatMap((entry) => {
    const [, namespace = '', name = '', group = '', kind = ''] =
      /^([^_]*)_(.+)_([^_]*)_([^_]+)$/.exec(stringAt(entry, 'id') ?? '') ?? [];
    return kind === '' ? [] : [{ group, kind, namespace, name: name.replaceAll('__', ':') }];
  });
}
