import { stringAt } from '../../../json/json.ts';
import type { KindRule } from '../rule/kind-rule.ts';

export const persistentVolumeClaim: KindRule = {
  group: '',
  kind: 'PersistentVolumeClaim',
  judge(object) {
    const phase = stringAt(object, 'status', 'phase') ?? 'Pending';
    if (phase === 'Bound') return { status: 'current', message: 'bound' };
    if (phase === 'Lost')
      return { status: 'failed', cause: 'volume-lost', message: 'the volume it was bound to is gone' };
    return {
      status: 'progressing',
      message: `${phase}, not bound (a class that waits for the first consumer binds with the first pod)`,
    };
  },
};
