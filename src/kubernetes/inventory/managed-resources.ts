import { at, booleanAt, listAt, stringAt } from '../../json/json.ts';
import { belongsToRelease, isHook } from '../objects/helm-release.ts';
import { groupOf, type KubernetesObject } from '../objects/object.ts';

export interface ResourceName {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** What an object that delivers others has brought into a cluster. */
export type ManagedResources =
  | { readonly kind: 'named'; readonly objects: readonly ResourceName[] }
  /** It keeps no list: what belongs to it says so. */
  | {
      readonly kind: 'marked';
      readonly namespace: string;
      readonly belongs: (object: KubernetesObject) => boolean;
    }
  /** It brings them into another cluster. */
  | { readonly kind: 'elsewhere'; readonly cluster: string };

type Reader = (object: KubernetesObject, server: URL) => ManagedResources;

const FLUX = 'toolkit.fluxcd.io';

const READERS: Readonly<Record<string, Reader>> = {
  'Application.argoproj.io': byApplication,
  [`Kustomization.kustomize.${FLUX}`]: byKustomization,
  [`HelmRelease.helm.${FLUX}`]: byHelmRelease,
  'Helm.': ({ metadata: { namespace, name } }) => ({
    kind: 'marked',
    namespace,
    belongs: (each) => belongsToRelease(each, name),
  }),
};

/** Whether objects of a kind bring others. */
export function managesResources({ group, kind }: { readonly group: string; readonly kind: string }): boolean {
  return Object.hasOwn(READERS, `${kind}.${group}`);
}

/** What an object has brought; undefined for a kind that brings nothing. @param server of the cluster in which it lies. */
export function managedResources(object: KubernetesObject, server: URL): ManagedResources | undefined {
  return READERS[`${object.kind}.${groupOf(object)}`]?.(object, server);
}

/** Argo CD keeps the list of what it manages; hooks, and what it is about to prune, are no part of the release. */
function byApplication(object: KubernetesObject, server: URL): ManagedResources {
  const destination = at(object, 'spec', 'destination');
  const name = stringAt(destination, 'name') ?? '';
  const address = stringAt(destination, 'server') ?? '';
  const isHere = name === 'in-cluster' || (name === '' && ['', IN_CLUSTER, server.origin].includes(trimmed(address)));
  if (!isHere) return { kind: 'elsewhere', cluster: name || address };
  const objects = listAt(object, 'status', 'resources')
    .filter((each) => !booleanAt(each, 'hook') && !booleanAt(each, 'requiresPruning'))
    .map((each) => ({
      group: stringAt(each, 'group') ?? '',
      kind: stringAt(each, 'kind') ?? '',
      namespace: stringAt(each, 'namespace') ?? '',
      name: stringAt(each, 'name') ?? '',
    }));
  return { kind: 'named', objects };
}

const IN_CLUSTER = 'https://kubernetes.default.svc';

function trimmed(address: string): string {
  return address.replace(/\/+$/, '').replace(/^(https:\/\/kubernetes\.default\.svc)(\.cluster\.local)?(:443)?$/, '$1');
}

function byKustomization(object: KubernetesObject): ManagedResources {
  return remote(object) ?? { kind: 'named', objects: inventoryOf(object) };
}

/** Helm's controller keeps an inventory from version 1.4 on; before, and always, what it made bears its labels. */
function byHelmRelease(object: KubernetesObject): ManagedResources {
  const { name, namespace } = object.metadata;
  const inventory = inventoryOf(object);
  if (inventory.length > 0) return remote(object) ?? { kind: 'named', objects: inventory };
  const belongs = ({ metadata }: KubernetesObject) =>
    metadata.labels[`helm.${FLUX}/name`] === name &&
    metadata.labels[`helm.${FLUX}/namespace`] === namespace &&
    !isHook({ metadata });
  const target = stringAt(object, 'spec', 'targetNamespace') || namespace;
  return remote(object) ?? { kind: 'marked', namespace: target, belongs };
}

function remote(object: KubernetesObject): ManagedResources | undefined {
  const config = at(object, 'spec', 'kubeConfig');
  const name = stringAt(config, 'secretRef', 'name') ?? stringAt(config, 'configMapRef', 'name') ?? 'another cluster';
  return config === undefined ? undefined : { kind: 'elsewhere', cluster: name };
}

/** `staging_shop_apps_Deployment`; a colon in a name (of a Role) is written `__`. */
function inventoryOf(object: KubernetesObject): readonly ResourceName[] {
  return listAt(object, 'status', 'inventory', 'entries').flatMap((entry) => {
    const [, namespace = '', name = '', group = '', kind = ''] =
      /^([^_]*)_(.+)_([^_]*)_([^_]+)$/.exec(stringAt(entry, 'id') ?? '') ?? [];
    return kind === '' ? [] : [{ group, kind, namespace, name: name.replaceAll('__', ':') }];
  });
}

/**
 * Whether a failure of something that it brought can be that of the release before: what is to be applied has not begun to be, or
 * the sync that runs has not come to this object yet (a later wave). Argo CD alone tells; the commit that is waited for tells it of
 * the others.
 */
export function isNotYetApplied(object: KubernetesObject, brought: ResourceName): boolean {
  if (`${object.kind}.${groupOf(object)}` !== 'Application.argoproj.io') return false;
  const operation = at(object, 'status', 'operationState');
  const isAsked = at(object, 'operation') !== undefined;
  if (!isAsked && stringAt(operation, 'phase') !== 'Running')
    return stringAt(object, 'status', 'sync', 'status') !== 'Synced';
  const isIt = (each: unknown) =>
    stringAt(each, 'kind') === brought.kind &&
    (stringAt(each, 'group') ?? '') === brought.group &&
    (stringAt(each, 'namespace') ?? '') === brought.namespace &&
    stringAt(each, 'name') === brought.name;
  const managed = listAt(object, 'status', 'resources').find(isIt);
  return stringAt(managed, 'status') === 'OutOfSync' && !listAt(operation, 'syncResult', 'resources').some(isIt);
}
