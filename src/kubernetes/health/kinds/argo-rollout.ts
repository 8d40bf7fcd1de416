import { at, booleanAt, listAt, numberAt, stringAt } from '../../../json/json.ts';
import type { CauseId } from '../../failures/causes.ts';
import type { KubernetesObject } from '../../objects/object.ts';
import { wellKnown } from '../../objects/well-known.ts';
import type { KindRule } from '../rule/kind-rule.ts';

const HASH = 'rollouts-pod-template-hash';
const KEPT_UNTIL = 'scale-down-deadline';
const WORKLOAD_GENERATION = 'rollout.argoproj.io/workload-generation';

/** Argo Rollouts: `status.phase`, once its own generation is observed; a pause without a duration waits for a person or a gate. */
export const argoRollout: KindRule = {
  group: 'argoproj.io',
  kind: 'Rollout',
  judge(object) {
    const desired = numberAt(object, 'spec', 'replicas') ?? 1;
    const counts = { ready: numberAt(object, 'status', 'readyReplicas') ?? 0, total: desired };
    const said = stringAt(object, 'status', 'message') ?? '';
    // Older controllers write the observed generation as text.
    const observed = Number(at(object, 'status', 'observedGeneration') ?? Number.NaN);
    if (!Number.isNaN(observed) && observed < (object.metadata.generation ?? 0))
      return { status: 'progressing', message: 'the controller has not seen the change yet', ...counts };
    if (isWorkloadUnseen(object))
      return {
        status: 'progressing',
        message: 'the controller has not seen the change of the workload yet',
        ...counts,
      };
    const phase = stringAt(object, 'status', 'phase') ?? 'Progressing';
    const updated = numberAt(object, 'status', 'updatedReplicas') ?? 0;
    switch (phase) {
      case 'Healthy':
        return { status: 'current', message: `${counts.ready}/${desired} ready`, ...counts };
      case 'Degraded':
        return { status: 'failed', cause: causeOf(said), message: said || 'Degraded', ...counts };
      case 'Paused':
        if (isResuming(object)) return { status: 'progressing', message: 'about to resume', ...counts };
        return isTimedPause(object)
          ? { status: 'progressing', message: `pauses at its step: ${said}`, ...counts }
          : { status: 'paused', message: `waits at its step for a gate or a person: ${said || 'paused'}`, ...counts };
      default:
        return { status: 'progressing', message: `${updated}/${desired} updated${said ? `: ${said}` : ''}`, ...counts };
    }
  },
  workload: {
    reads: [wellKnown.replicaSets, wellKnown.pods],
    pods(object, relations) {
      const hash = stringAt(object, 'status', 'currentPodHash');
      const sets = relations.ownedBy(object, wellKnown.replicaSets);
      const current = sets.filter(({ metadata }) => metadata.labels[HASH] === hash && hash !== undefined);
      const podsOf = (some: readonly KubernetesObject[]) =>
        some.flatMap((set) => relations.ownedBy(set, wellKnown.pods));
      return {
        current: podsOf(current),
        // A set with a deadline serves nobody any more: it is kept for a fast way back (scaleDownDelaySeconds).
        old: podsOf(sets.filter((set) => !current.includes(set) && !set.metadata.annotations[KEPT_UNTIL])),
        creators: current,
        desired: numberAt(object, 'spec', 'replicas') ?? 1,
        maxUnavailable: 0,
        countsAttempts: false,
      };
    },
  },
};

/** What the message of a Degraded one begins with. Its controller does not go on from any of these before a change. */
const FINAL: readonly (readonly [beginning: string, CauseId])[] = [
  ['ProgressDeadlineExceeded:', 'progress-deadline'],
  ['RolloutAborted:', 'stalled'],
  ['InvalidSpec:', 'stalled'],
];

function causeOf(said: string): CauseId {
  return FINAL.find(([beginning]) => said.startsWith(beginning))?.[1] ?? 'degraded';
}

/** Of a workload that it refers to (spec.workloadRef) the controller notes the generation in an annotation, and what it has seen of it. */
function isWorkloadUnseen(object: KubernetesObject): boolean {
  const wanted = object.metadata.annotations[WORKLOAD_GENERATION];
  const observed = at(object, 'status', 'workloadObservedGeneration');
  return wanted !== undefined && observed !== undefined && Number(observed) !== Number(wanted);
}

/** Somebody has taken the pause away, and the controller has not gone on yet. */
function isResuming(object: KubernetesObject): boolean {
  return (
    booleanAt(object, 'spec', 'paused') !== true &&
    booleanAt(object, 'status', 'controllerPause') === true &&
    listAt(object, 'status', 'pauseConditions').length === 0
  );
}

/** Every pause that holds it ends by itself; an inconclusive analysis or `spec.paused` waits for a person. */
function isTimedPause(object: KubernetesObject): boolean {
  if (booleanAt(object, 'spec', 'paused')) return false;
  const reasons = listAt(object, 'status', 'pauseConditions').map((each) => stringAt(each, 'reason'));
  const held = reasons.length > 0 ? reasons : ['CanaryPauseStep'];
  return held.every((reason) => {
    if (reason === 'BlueGreenPause')
      return (numberAt(object, 'spec', 'strategy', 'blueGreen', 'autoPromotionSeconds') ?? 0) > 0;
    const index = numberAt(object, 'status', 'currentStepIndex') ?? 0;
    const step = listAt(object, 'spec', 'strategy', 'canary', 'steps')[index];
    return reason === 'CanaryPauseStep' && at(step, 'pause', 'duration') !== undefined;
  });
}
