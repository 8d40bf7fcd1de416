import { isObject, listAt, numberAt, objectAt, stringAt } from '../../json/json.ts';

/** An object of the Kubernetes API. Everything except the metadata is read with the getters of src/json, because API responses are not trusted. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

export interface ObjectMeta {
  readonly name: string;
  /** Empty for cluster-scoped objects. */
  readonly namespace: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation: number | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly creationTimestamp: string | undefined;
  readonly deletionTimestamp: string | undefined;
  readonly deletionGracePeriodSeconds: number | undefined;
  /** While one is left, a deleted object stays. */
  readonly finalizers: readonly string[];
  readonly owners: readonly OwnerReference[];
  /** The field managers that have written parts of it. */
  readonly managers: readonly string[];
}

export interface OwnerReference {
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller: boolean;
}

/**
 * Part of an API response as an object; `undefined` if it has no name.
 * @param type supplies kind and apiVersion, which list items lack and which PartialObjectMetadata replaces by its own.
 */
export function readObject(
  value: unknown,
  type?: { readonly apiVersion: string; readonly kind: string },
): KubernetesObject | undefined {
  const name = stringAt(value, 'metadata', 'name');
  if (!isObject(value) || name === undefined) return undefined;
  const kind = stringAt(value, 'kind');
  const isComplete = kind !== undefined && kind !== 'PartialObjectMetadata';
  return {
    ...value,
    apiVersion: isComplete ? (stringAt(value, 'apiVersion') ?? '') : (type?.apiVersion ?? ''),
    kind: isComplete ? kind : (type?.kind ?? ''),
    metadata: {
      name,
      namespace: stringAt(value, 'metadata', 'namespace') ?? '',
      uid: stringAt(value, 'metadata', 'uid') ?? '',
      resourceVersion: stringAt(value, 'metadata', 'resourceVersion') ?? '',
      generation: numberAt(value, 'metadata', 'generation'),
      labels: strings(objectAt(value, 'metadata', 'labels')),
      annotations: strings(objectAt(value, 'metadata', 'annotations')),
      creationTimestamp: stringAt(value, 'metadata', 'creationTimestamp'),
      deletionTimestamp: stringAt(value, 'metadata', 'deletionTimestamp'),
      deletionGracePeriodSeconds: numberAt(value, 'metadata', 'deletionGracePeriodSeconds'),
      finalizers: listAt(value, 'metadata', 'finalizers').filter((each) => typeof each === 'string'),
      owners: listAt(value, 'metadata', 'ownerReferences').map(readOwner),
      managers: [...new Set(listAt(value, 'metadata', 'managedFields').map((each) => stringAt(each, 'manager') ?? ''))],
    },
  };
}

/** The API group of an object: `apps` of `apps/v1`, empty for the core group. */
export function groupOf({ apiVersion }: { readonly apiVersion: string }): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

/** `deployment/shop`, as kubectl names an object. */
export function shortName({ kind, metadata }: Pick<KubernetesObject, 'kind' | 'metadata'>): string {
  return `${kind.toLowerCase()}/${metadata.name}`;
}

/** An entry of `status.conditions`. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration: number | undefined;
  readonly lastTransitionTime: string | undefined;
}

export function conditionsOf(object: unknown): readonly Condition[] {
  return listAt(object, 'status', 'conditions').map((condition) => ({
    type: stringAt(condition, 'type') ?? '',
    status: stringAt(condition, 'status') ?? 'Unknown',
    reason: stringAt(condition, 'reason') ?? '',
    message: stringAt(condition, 'message') ?? '',
    observedGeneration: numberAt(condition, 'observedGeneration'),
    lastTransitionTime: stringAt(condition, 'lastTransitionTime'),
  }));
}

export function conditionOf(object: unknown, type: string): Condition | undefined {
  return conditionsOf(object).find((condition) => condition.type === type);
}

function readOwner(value: unknown): OwnerReference {
  return {
    kind: stringAt(value, 'kind') ?? '',
    name: stringAt(value, 'name') ?? '',
    uid: stringAt(value, 'uid') ?? '',
    controller: isObject(value) && value['controller'] === true,
  };
}

function strings(value: Record<string, unknown> | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(value ?? {}).flatMap(([key, text]) => (typeof text === 'string' ? [[key, text]] : [])),
  );
}
