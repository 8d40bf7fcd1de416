import { numberAt } from '../../../json/json.ts';
import { conditionsOf } from '../../objects/object.ts';
import type { KindRule } from '../rule/kind-rule.ts';

/** Current once it can scale and has metrics (kubectl, Helm and kstatus don't check). */
export const horizontalPodAutoscaler: KindRule = {
  group: 'autoscaling',
  kind: 'HorizontalPodAutoscaler',
  describe: { current: '`AbleToScale` and `ScalingActive` (or the workload is scaled to 0)' },
  judge(object) {
    // autoscaling/v1 keeps the conditions in an annotation.
    const conditions = conditionsOf(object);
    if (conditions.length === 0 && object.apiVersion !== 'autoscaling/v1')
      return { status: 'progressing', message: 'the controller has not seen it yet' };
    const missing = conditions.find(
      ({ type, status, reason }) =>
        ['AbleToScale', 'ScalingActive'].includes(type) && status !== 'True' && reason !== 'ScalingDisabled',
    );
    if (missing) return { status: 'progressing', message: `${missing.reason}: ${missing.message}` };
    return { status: 'current', message: `${numberAt(object, 'status', 'currentReplicas') ?? 0} replicas` };
  },
};

export const podDisruptionBudget: KindRule = {
  group: 'policy',
  kind: 'PodDisruptionBudget',
  describe: {
    current: '`currentHealthy` ≥ `desiredHealthy`, or ≥ `expectedPods` (of a workload that is scaled to 0, it is 0)',
    failed: '`DisruptionAllowed` is False with reason `SyncFailed` (`reports-error`)',
  },
  writesObservedGeneration: true,
  judge(object) {
    const healthy = numberAt(object, 'status', 'currentHealthy') ?? 0;
    const desired = numberAt(object, 'status', 'desiredHealthy') ?? 0;
    // A budget may ask for more pods than its workload has. It then allows no disruption, and waits for nothing.
    const expected = numberAt(object, 'status', 'expectedPods') ?? desired;
    const counts = { ready: healthy, total: desired };
    const failure = conditionsOf(object).find(({ reason, status }) => reason === 'SyncFailed' && status === 'False');
    if (failure)
      return { status: 'failed', cause: 'reports-error', message: `${failure.reason}: ${failure.message}`, ...counts };
    return healthy >= Math.min(desired, expected)
      ? { status: 'current', message: `${healthy} of ${desired} healthy pods`, ...counts }
      : { status: 'progressing', message: `${healthy} of ${desired} healthy pods`, ...counts };
  },
};
