import { conditionOf } from '../../objects/object.ts';
import type { KindRule } from '../rule/kind-rule.ts';

export const customResourceDefinition: KindRule = {
  group: 'apiextensions.k8s.io',
  kind: 'CustomResourceDefinition',
  describe: { current: '`Established`', failed: '`NamesAccepted` is False (`names-conflict`)' },
  judge(object) {
    const names = conditionOf(object, 'NamesAccepted');
    if (names?.status === 'False') return { status: 'failed', cause: 'names-conflict', message: names.message };
    return conditionOf(object, 'Established')?.status === 'True'
      ? { status: 'current', message: 'established' }
      : { status: 'progressing', message: 'not yet established' };
  },
};
