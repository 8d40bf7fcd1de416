import { toActionError } from '../../../core/error.ts';
import type { PlannedContext } from '../../../entry/context.ts';
import type { contract } from '../contract.ts';
import type { PreparedWait } from '../wait/prepared-wait.ts';
import { type WaitResult, withLost } from '../wait/result.ts';
import { type WaitOptions, waitForTargets } from '../wait/wait.ts';
import { diagnose } from './diagnosis.ts';
import { resourcesOutput } from './outputs.ts';

/**
 * Waits for the targets. If the wait breaks off, because a server no longer accepts the credentials, the outputs tell the state of the
 * targets so far.
 */
export async function waitForVerdict(
  wait: PreparedWait & Omit<WaitOptions, 'clock'>,
  context: PlannedContext<typeof contract>,
): Promise<WaitResult> {
  const { clock, report, signal } = context;
  try {
    return withLost(wait.lost, await waitForTargets(wait, context));
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    const { code, message } = toActionError(thrown);
    report.set({
      result: 'failed',
      reason: code,
      message: message.split('\n', 1)[0] ?? '',
      duration: (clock.now() - wait.startedAt) / 1000,
      resources: resourcesOutput(wait, diagnose(wait.targets)),
    });
    throw thrown;
  }
}
