import { stringAt } from '../../../json/json.ts';
import { conditionOf } from '../../objects/object.ts';
import type { KindRule } from '../rule/kind-rule.ts';

/** Current once it is ready or has succeeded. A failed pod is failed (kstatus calls it current). */
export const pod: KindRule = {
  group: '',
  kind: 'Pod',
  describe: { current: '`Ready`, or phase `Succeeded`', failed: 'phase `Failed` (`pod-failed`)' },
  judge(object) {
    const phase = stringAt(object, 'status', 'phase') ?? 'Pending';
    if (phase === 'Succeeded') return { status: 'current', message: 'finished', ready: 1, total: 1 };
    if (phase === 'Failed') {
      const why = [stringAt(object, 'status', 'reason'), stringAt(object, 'status', 'message')]
        .filter(Boolean)
        .join(': ');
      return { status: 'failed', cause: 'pod-failed', message: why || 'its phase is Failed', ready: 0, total: 1 };
    }
    const ready = conditionOf(object, 'Ready');
    if (ready?.status === 'True') return { status: 'current', message: 'ready', ready: 1, total: 1 };
    return {
      status: 'progressing',
      message: `${phase}${ready?.message ? `, ${ready.message}` : ''}`,
      ready: 0,
      total: 1,
    };
  },
  workload: {
    reads: [],
    pods: (object) => ({
      current: [object],
      old: [],
      creators: [],
      desired: stringAt(object, 'status', 'phase') === 'Succeeded' ? 0 : 1,
      maxUnavailable: 0,
      countsAttempts: stringAt(object, 'spec', 'restartPolicy') === 'Never',
    }),
  },
};
