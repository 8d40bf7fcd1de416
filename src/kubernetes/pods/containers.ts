import { listAt, stringAt } from '../../json/json.ts';
import type { KubernetesObject } from '../objects/object.ts';

/** What a container is for its pod. */
export type ContainerRole = 'container' | 'init container' | 'sidecar';

export interface ContainerStatus {
  readonly name: string;
  readonly part: ContainerRole;
  /** The container's entry in the status of the pod. */
  readonly status: unknown;
}

/** The containers in the status of a pod, in the order in which they start. */
export function containersOf(pod: KubernetesObject): readonly ContainerStatus[] {
  const sidecars = new Set(
    listAt(pod, 'spec', 'initContainers')
      // A sidecar is an init container with restartPolicy Always.
      .filter((spec) => stringAt(spec, 'restartPolicy') === 'Always')
      .map((spec) => stringAt(spec, 'name')),
  );
  const read = (field: string, roleOf: (name: string) => ContainerRole) =>
    listAt(pod, 'status', field).map((status) => {
      const name = stringAt(status, 'name') ?? '';
      return { name, status, part: roleOf(name) };
    });
  return [
    ...read('initContainerStatuses', (name) => (sidecars.has(name) ? 'sidecar' : 'init container')),
    ...read('containerStatuses', () => 'container'),
  ];
}
