import { numberAt } from '../../json/json.ts';
import { conditionOf } from '../object.ts';
import type { KindRule } from './rule.ts';

/** In place once it can scale; an autoscaler that has no metrics yet is waited for. */
export const horizontalPodAutoscaler: KindRule = {
  group: 'autoscaling',
  kind: 'HorizontalPodAutoscaler',
  judge(object) {
    const able = conditionOf(object, 'AbleToScale');
    if (able && able.status !== 'True') return { status: 'progressing', message: able.message };
    return { status: 'current', message: `${numberAt(object, 'status', 'currentReplicas') ?? 0} replicas` };
  },
};

export const podDisruptionBudget: KindRule = {
  group: 'policy',
  kind: 'PodDisruptionBudget',
  judge(object) {
    const healthy = numberAt(object, 'status', 'currentHealthy') ?? 0;
    const desired = numberAt(object, 'status', 'desiredHealthy') ?? 0;
    const counts = { ready: healthy, total: desired };
    return healthy >= desired
      ? { status: 'current', message: `${healthy} of ${desired} healthy pods`, ...counts }
      : { status: 'progressing', message: `${healthy} of ${desired} healthy pods`, ...counts };
  },
};
