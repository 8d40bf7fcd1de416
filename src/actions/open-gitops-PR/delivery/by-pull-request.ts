import type { PullRequest } from '../../../github/pull-requests/pull-requests.ts';
import type { DesiredState } from '../change/desired-state.ts';
import { MergeWait } from '../pull/merge-wait.ts';
import { operationName } from '../pull/operations.ts';
import type { DeliveryResult } from '../report/result.ts';
import { deliverySummary } from '../report/summary.ts';
import type { GitOpsSession } from '../session/session.ts';
import type { DeliveryTask } from '../task.ts';
import { retryOnConflict } from './attempts.ts';
import { mergeOrWait } from './merge-or-wait.ts';
import { type Reconciled, reconcile } from './reconcile.ts';

/** Proposes the change by a branch and a pull request, then merges it as far as the inputs ask for it. */
export async function deliverByPullRequest(session: GitOpsSession, task: DeliveryTask): Promise<DeliveryResult> {
  const { report, branch } = session;
  report.set({ branch });
  const wait = new MergeWait(session);
  let proposed: DesiredState | undefined;
  let last: Reconciled | undefined;
  const resultOf = ({ desired: current, head }: Reconciled, pull: PullRequest | undefined): DeliveryResult => {
    const desired = proposed ?? current;
    const operation = operationName(task.operations);
    return { operation, desired, wording: task.wording(desired), pull, head, dryRun: false };
  };
  try {
    const { reconciled, pull } = await retryOnConflict(session, async (resetFailures) => {
      const reconciled = await reconcile(session, task);
      last = reconciled;
      // If the response to the merge is lost, the next attempt finds no difference. The summary must still show the change.
      if (!proposed || reconciled.desired.edits.length > 0) proposed = reconciled.desired;
      const { head: headSha, pull: found } = reconciled;
      report.set({ operation: operationName(task.operations), headSha, number: found?.number, url: found?.url });
      return { reconciled, pull: await mergeOrWait(session, reconciled, task, { wait, resetFailures }) };
    });
    const merged = pull?.merged || reconciled.desired.edits.length === 0;
    report.set({ merged, mergeCommitSha: pull?.mergeCommit });
    return resultOf(reconciled, pull);
  } catch (thrown) {
    // The open pull request is the place where a person continues.
    if (last?.pull) report.section(deliverySummary(session, resultOf(last, last.pull)));
    throw thrown;
  }
}
