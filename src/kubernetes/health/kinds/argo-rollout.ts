import { at, booleanAt, listAt, numberAt, stringAt } from '../../../json/json.ts';
import type { StatusCauseId } from '../../failures/causes.ts';
import type { KubernetesObject } from '../../objects/object.ts';
import { wellKnown } from '../../objects/well-known.ts';
import type { KindRule } from '../rule/kind-rule.ts';

const HASH = 'rollouts-pod-template-hash';
const KEPT_UNTIL = 'scale-down-deadline';
const WORKLOAD_GENERATION = 'rollout.argoproj.io/workload-generation';

/** The controller's `status.phase`, once it has observed the generation. A pause without a duration waits for a person or a gate. */
export const argoRollout: KindRule = {
  group: 'argoproj.io',
  kind: 'Rollout',
  describe: {
    current:
      '`status.phase` is `Healthy`, for the current generation of the Rollout and of the workload that it references',
    failed:
      '`status.phase` is `Degraded`: past its deadline (`progress-deadline`), aborted or invalid (`stalled`), otherwise `degraded`',
    stopped:
      'paused: `status.phase` is `Paused` and the pause does not end by itself (a step without a duration, blue-green without `autoPromotionSeconds`, an inconclusive analysis, `spec.paused`)',
  },
  judge(object) {
    const desired = numberAt(object, 'spec', 'replicas') ?? 1;
    const counts = { ready: numberAt(object, 'status', 'readyReplicas') ?? 0, total: desired };
    const reported = stringAt(object, 'status', 'message') ?? '';
    // Older controllers write the observed generation as a string.
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
        return { status: 'failed', cause: causeOf(reported), message: reported || 'Degraded', ...counts };
      case 'Paused':
        if (isResuming(object)) return { status: 'progressing', message: 'about to resume', ...counts };
        return isTimedPause(object)
          ? { status: 'progressing', message: `pausing at a step: ${reported}`, ...counts }
          : { status: 'paused', message: `waits at a step for a gate or a person: ${reported || 'paused'}`, ...counts };
      default:
        return {
          status: 'progressing',
          message: `${updated}/${desired} updated${reported ? `: ${reported}` : ''}`,
          ...counts,
        };
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
        // A ReplicaSet with a deadline gets no requests anymore. It is kept for a fast rollback (scaleDownDelaySeconds).
        old: podsOf(sets.filter((set) => !current.includes(set) && !set.metadata.annotations[KEPT_UNTIL])),
        creators: current,
        desired: numberAt(object, 'spec', 'replicas') ?? 1,
        maxUnavailable: 0,
        countsAttempts: false,
      };
    },
  },
};

/** How the message of a Degraded rollout begins. The controller continues from none of these without a change. */
const FINAL: readonly (readonly [beginning: string, StatusCauseId])[] = [
  ['ProgressDeadlineExceeded:', 'progress-deadline'],
  ['RolloutAborted:', 'stalled'],
  ['InvalidSpec:', 'stalled'],
];

function causeOf(reported: string): StatusCauseId {
  return FINAL.find(([beginning]) => reported.startsWith(beginning))?.[1] ?? 'degraded';
}

/** Of a referenced workload (`spec.workloadRef`) the controller writes the generation into an annotation, and the observed one into the status. */
function isWorkloadUnseen(object: KubernetesObject): boolean {
  const wanted = object.metadata.annotations[WORKLOAD_GENERATION];
  const observed = at(object, 'status', 'workloadObservedGeneration');
  return wanted !== undefined && observed !== undefined && Number(observed) !== Number(wanted);
}

/** The pause was lifted, but the controller has not continued yet. */
function isResuming(object: KubernetesObject): boolean {
  return (
    booleanAt(object, 'spec', 'paused') !== true &&
    booleanAt(object, 'status', 'controllerPause') === true &&
    listAt(object, 'status', 'pauseConditions').length === 0
  );
}

/** Whether every active pause ends by itself. An inconclusive analysis or `spec.paused` waits for a person. */
function isTimedPause(object: KubernetesObject): boolean {
  if (booleanAt(object, 'spec', 'paused')) return false;
  const reasons = listAt(object, 'status', 'pauseConditions').map((each) => stringAt(each, 'reason'));
  const active = reasons.length > 0 ? reasons : ['CanaryPauseStep'];
  return active.every((reason) => {
    if (reason === 'BlueGreenPause')
      return (numberAt(object, 'spec', 'strategy', 'blueGreen', 'autoPromotionSeconds') ?? 0) > 0;
    const index = numberAt(object, 'status', 'currentStepIndex') ?? 0;
    const step = listAt(object, 'spec', 'strategy', 'canary', 'steps')[index];
    return reason === 'CanaryPauseStep' && at(step, 'pause', 'duration') !== undefined;
  });
}
