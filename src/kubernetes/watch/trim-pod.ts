import { isObject, listAt, objectAt } from '../../json/json.ts';
import type { KubernetesObject } from '../objects/object.ts';

/** What of a container is looked at; environment, mounts and probes are most of a pod, and there are many pods. */
const OF_CONTAINER = ['name', 'image', 'restartPolicy'];
/** What of the spec of a pod is looked at, beside its containers. */
const OF_SPEC = ['nodeName', 'restartPolicy', 'volumes'];
/** Annotations that repeat the whole object. */
const COPY = 'kubectl.kubernetes.io/last-applied-configuration';

/** A pod with no more than it is judged by; other objects as they are. */
export function trimPod(object: KubernetesObject): KubernetesObject {
  const spec = object.kind === 'Pod' && object.apiVersion === 'v1' ? objectAt(object, 'spec') : undefined;
  if (!spec) return object;
  const containers = (list: string) =>
    listAt(spec, list).map((container) => (isObject(container) ? pick(container, OF_CONTAINER) : container));
  const { [COPY]: _, ...annotations } = object.metadata.annotations;
  return {
    ...object,
    metadata: { ...object.metadata, annotations },
    spec: {
      ...pick(spec, OF_SPEC),
      containers: containers('containers'),
      ...('initContainers' in spec ? { initContainers: containers('initContainers') } : {}),
    },
  };
}

function pick(of: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.filter((name) => name in of).map((name) => [name, of[name]]));
}
