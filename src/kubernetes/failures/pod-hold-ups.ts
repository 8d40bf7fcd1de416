import { at, booleanAt, stringAt } from '../../json/json.ts';
import { conditionOf, type KubernetesObject } from '../objects/object.ts';
import { type ContainerStatus, containersOf } from '../pods/containers.ts';
import { isReady, nodeNameOf } from '../pods/pod-state.ts';
import type { Evidence } from './evidence.ts';

/** What a pod that isn't ready waits for, though nothing has failed: as early in its start as possible. */
export function podHoldUp(pod: KubernetesObject): Evidence | undefined {
  if (isReady(pod)) return undefined;
  const common = { source: 'hold-up', object: pod } as const;
  if (nodeNameOf(pod) === '') {
    const scheduler = stringAt(pod, 'spec', 'schedulerName') ?? 'default-scheduler';
    const message = `${scheduler} has not handled it`;
    return { ...common, reason: 'NotScheduled', message, ...since(pod.metadata.creationTimestamp) };
  }
  for (const container of containersOf(pod)) {
    const held = containerHoldUp(container);
    if (held) return { ...common, ...held, container: container.name, part: container.part };
  }
  if (containersOf(pod).some(({ status }) => at(status, 'state', 'running') !== undefined)) {
    const message = `its containers are ready, but the pod is not: node ${nodeNameOf(pod)} may not respond`;
    const hint = 'Check the node in the message: `kubectl describe node`.';
    return { ...common, reason: 'NotReady', message, hint, ...since(conditionOf(pod, 'Ready')?.lastTransitionTime) };
  }
  const scheduledAt = conditionOf(pod, 'PodScheduled')?.lastTransitionTime ?? pod.metadata.creationTimestamp;
  const message = `node ${nodeNameOf(pod)} has not started its containers, and no event says why`;
  return { ...common, reason: 'NotStarted', message, ...since(scheduledAt) };
}

function containerHoldUp({
  part,
  status,
}: ContainerStatus): Pick<Evidence, 'reason' | 'message' | 'since'> | undefined {
  const running = at(status, 'state', 'running');
  if (running === undefined) return undefined;
  const startedAt = since(stringAt(running, 'startedAt'));
  if (part === 'init container') return { reason: 'InitContainerRunning', message: 'it has not ended', ...startedAt };
  if (booleanAt(status, 'started') === false)
    return { reason: 'NotReady', message: 'its startup probe has not succeeded yet', ...startedAt };
  if (booleanAt(status, 'ready') !== false || part === 'sidecar') return undefined;
  return { reason: 'NotReady', message: 'it runs, but its readiness probe has not succeeded', ...startedAt };
}

/** @param time as the API writes it. */
export function since(time: string | undefined): { readonly since?: number } {
  const parsed = Date.parse(time ?? '');
  return Number.isNaN(parsed) ? {} : { since: parsed };
}
