import { booleanAt, stringAt } from '../../../json/json.ts';
import type { KindRule } from '../rule/kind-rule.ts';

/** Current once it exists, even if it is suspended on purpose. Its runs are separate Jobs. */
export const cronJob: KindRule = {
  group: 'batch',
  kind: 'CronJob',
  describe: { current: 'it exists, suspended or not' },
  judge: (object) => ({
    status: 'current',
    message: booleanAt(object, 'spec', 'suspend')
      ? 'exists, suspended (spec.suspend)'
      : `scheduled ${stringAt(object, 'spec', 'schedule') ?? ''}`.trim(),
  }),
};
