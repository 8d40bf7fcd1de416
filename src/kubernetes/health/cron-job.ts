import { booleanAt, stringAt } from '../../json/json.ts';
import type { KindRule } from './rule.ts';

/** A CronJob is in place once it exists; its runs are Jobs of their own. */
export const cronJob: KindRule = {
  group: 'batch',
  kind: 'CronJob',
  judge: (object) =>
    booleanAt(object, 'spec', 'suspend')
      ? { status: 'suspended', message: 'it is suspended (spec.suspend)' }
      : { status: 'current', message: `scheduled ${stringAt(object, 'spec', 'schedule') ?? ''}`.trim() },
};
