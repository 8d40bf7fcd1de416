import { listAt, stringAt } from '../../json/json.ts';
import type { ContainerRole } from '../failures/evidence.ts';
import type { KubernetesObject } from '../objects/object.ts';

export interface ContainerStatus {
  readonly name: string;
  readonly part: ContainerRole;
  /** What the node reports of it. */
  readonly status: unknown;
}

/** The containers of a pod that its node reports of, in the order in which they are started. */
export function containersOf(pod: KubernetesObject): readonly ContainerStatus[] {
  const sidecars = new Set(
    listAt(pod, 'spec', 'initContainers')
      // A sidecar is an init container that is started again and again.
      .filter((spec) => stringAt(spec, 'restartPolicy') === 'Always')
      .map((spec) => stringAt(spec, 'name')),
  );
  const read = (field: string, partOf: (name: string) => ContainerRole) =>
    listAt(pod, 'status', field).map((status) => {
      const name = stringAt(status, 'name') ?? '';
      return { name, status, part: partOf(name) };
    });
  return [
    ...read('initContainerStatuses', (name) => (sidecars.has(name) ? 'sidecar' : 'init container')),
    ...read('containerStatuses', () => 'container'),
  ];
}
