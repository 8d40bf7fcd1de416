import { listAt, stringAt } from '../../json/json.ts';
import { isFatalProbeFailure, isProbeKill } from '../failures/probe-kills.ts';
import { conditionOf, type KubernetesObject, shortName } from '../objects/object.ts';
import type { Relations } from '../objects/relations.ts';

/** A sign that a pod was not well a while ago, although its status may be good again or still. */
export interface Disturbance {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** `pod/shop-1-a: Liveness probe failed: …` */
  readonly message: string;
}

/**
 * The latest sign that one of these pods was not well: a failed liveness probe, a kill, the end of a container, a time when it wasn't
 * ready. A watch may miss the state in between, and a container that is being killed may stay ready until it ends.
 * @returns its time by the cluster's clock.
 */
export function latestDisturbance(pods: readonly KubernetesObject[], relations: Relations): Disturbance | undefined {
  const all = pods.flatMap((pod) =>
    disturbancesOf(pod, relations).map(({ at, message }) => ({ at, message: `${shortName(pod)}: ${message}` })),
  );
  return all.reduce<Disturbance | undefined>(
    (latest, each) => (latest && latest.at >= each.at ? latest : each),
    undefined,
  );
}

function disturbancesOf(pod: KubernetesObject, relations: Relations): readonly Disturbance[] {
  const events = relations.events(pod).filter((event) => isProbeKill(event) || isFatalProbeFailure(event));
  const statuses = [...listAt(pod, 'status', 'containerStatuses'), ...listAt(pod, 'status', 'initContainerStatuses')];
  const ended = statuses.map((status) => ({
    at: timeOf(stringAt(status, 'lastState', 'terminated', 'finishedAt')),
    message: `container ${stringAt(status, 'name')} ended and was restarted`,
  }));
  const ready = conditionOf(pod, 'Ready');
  const disrupted = conditionOf(pod, 'DisruptionTarget');
  return [
    ...events,
    ...ended,
    { at: timeOf(ready?.lastTransitionTime), message: 'was not ready' },
    ...(disrupted?.status === 'True'
      ? [{ at: timeOf(disrupted.lastTransitionTime), message: disrupted.message || disrupted.reason }]
      : []),
  ].filter(({ at }) => at > 0);
}

function timeOf(time: string | undefined): number {
  return Date.parse(time ?? '') || 0;
}
