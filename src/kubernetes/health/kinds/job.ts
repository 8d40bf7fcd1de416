import { booleanAt, numberAt } from '../../../json/json.ts';
import { conditionOf } from '../../objects/object.ts';
import type { KindRule } from '../rule/kind-rule.ts';
import { ownedPods } from './owned-pods.ts';

/** Current once it is complete (kstatus calls a running Job current). */
export const job: KindRule = {
  group: 'batch',
  kind: 'Job',
  describe: {
    current: '`Complete`, even if the Job has been removed since (`ttlSecondsAfterFinished`)',
    failed: '`Failed` or `FailureTarget` (`job-failed`)',
    stopped: 'suspended: `spec.suspend`',
  },
  judge(object) {
    const total = numberAt(object, 'spec', 'completions') ?? numberAt(object, 'spec', 'parallelism') ?? 1;
    const succeeded = numberAt(object, 'status', 'succeeded') ?? 0;
    const failed = numberAt(object, 'status', 'failed') ?? 0;
    const counts = { ready: succeeded, total };
    if (conditionOf(object, 'Complete')?.status === 'True')
      return { status: 'current', message: `complete, ${succeeded}/${total} succeeded`, ...counts };
    // FailureTarget comes first: the Job has failed, and Failed follows once its pods have ended.
    const failure = ['Failed', 'FailureTarget']
      .flatMap((type) => conditionOf(object, type) ?? [])
      .find(({ status }) => status === 'True');
    if (failure)
      return { status: 'failed', cause: 'job-failed', message: `${failure.reason}: ${failure.message}`, ...counts };
    if (booleanAt(object, 'spec', 'suspend'))
      return { status: 'suspended', message: 'it is suspended (spec.suspend)', ...counts };
    const active = numberAt(object, 'status', 'active') ?? 0;
    const tried = failed > 0 ? `, ${failed} failed` : '';
    return { status: 'progressing', message: `${succeeded}/${total} succeeded, ${active} active${tried}`, ...counts };
  },
  workload: ownedPods('parallelism', { countsAttempts: true }),
};
