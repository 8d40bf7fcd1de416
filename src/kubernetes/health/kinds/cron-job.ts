import { booleanAt, stringAt } from '../../../json/json.ts';
import type { KindRule } from '../rule/kind-rule.ts';

/** A CronJob is in place once it exists, also one that is suspended on purpose; its runs are Jobs of their own. */
export const cronJob: KindRule = {
  group: 'batch',
  kind: 'CronJob',
  judge: (object) => ({
    status: 'current',
    message: booleanAt(object, 'spec', 'suspend')
      ? 'in place, suspended (spec.suspend)'
      : `scheduled ${stringAt(object, 'spec', 'schedule') ?? ''}`.trim(),
  }),
};
