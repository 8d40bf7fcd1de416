import { isObject, listAt, objectAt } from '../../json/json.ts';
import type { KubernetesObject } from '../objects/object.ts';

/** The container fields in use. Environment, mounts and probes make up most of a pod, and there are many pods. */
const CONTAINER_FIELDS = ['name', 'image', 'restartPolicy'];
/** The fields of a pod's spec in use, besides its containers. */
const SPEC_FIELDS = ['nodeName', 'restartPolicy', 'schedulerName', 'schedulingGates', 'volumes'];
/** An annotation that repeats the whole object. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Drops the parts of a pod that are never read, to save memory. Other objects stay unchanged. */
export function trimPod(object: KubernetesObject): KubernetesObject {
  const spec = object.kind === 'Pod' && object.apiVersion === 'v1' ? objectAt(object, 'spec') : undefined;
  if (!spec) return object;
  const containers = (list: string) =>
    listAt(spec, list).map((container) => (isObject(container) ? pick(container, CONTAINER_FIELDS) : container));
  const { [LAST_APPLIED]: _, ...annotations } = object.metadata.annotations;
  return {
    ...object,
    metadata: { ...object.metadata, annotations },
    spec: {
      ...pick(spec, SPEC_FIELDS),
      containers: containers('containers'),
      ...('initContainers' in spec ? { initContainers: containers('initContainers') } : {}),
    },
  };
}

function pick(of: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.filter((name) => name in of).map((name) => [name, of[name]]));
}
