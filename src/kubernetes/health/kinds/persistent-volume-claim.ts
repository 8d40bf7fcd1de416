import { stringAt } from '../../../json/json.ts';
import type { KindRule } from '../rule/kind-rule.ts';

export const persistentVolumeClaim: KindRule = {
  group: '',
  kind: 'PersistentVolumeClaim',
  describe: { current: 'phase `Bound`', failed: 'phase `Lost` (`volume-lost`)' },
  judge(object) {
    const phase = stringAt(object, 'status', 'phase') ?? 'Pending';
    if (phase === 'Bound') return { status: 'current', message: 'bound' };
    if (phase === 'Lost')
      return { status: 'failed', cause: 'volume-lost', message: 'the volume it was bound to is gone' };
    return {
      status: 'progressing',
      message: `${phase}, not bound (with WaitForFirstConsumer it is bound when the first pod uses it)`,
    };
  },
};
