import type { PullRequest } from '../../../github/pull-requests/pull-requests.ts';
import type { DesiredState } from '../change/desired-state.ts';
import type { ProposalPlan } from '../plan.ts';
import { MergeWait } from '../pull/merge-wait.ts';
import { operationName } from '../pull/operations.ts';
import type { DeliveryResult } from '../report/result.ts';
import { deliverySummary } from '../report/summary.ts';
import { newMemory } from './attempt-memory.ts';
import { retryOnConflict } from './attempts.ts';
import { mergeOrWait } from './merge-or-wait.ts';
import { type Reconciled, reconcile } from './reconcile.ts';

/** Proposes the change by a branch and a pull request, then merges it or waits, as planned. */
export async function deliverByPullRequest(plan: ProposalPlan): Promise<DeliveryResult> {
  const { session } = plan;
  const { report, branch } = session;
  report.set({ branch });
  const memory = newMemory(plan);
  const wait = new MergeWait(session, plan.merge.timeout);
  let proposed: DesiredState | undefined;
  let last: Reconciled | undefined;
  const resultOf = ({ desired: current, head }: Reconciled, pull: PullRequest | undefined): DeliveryResult => {
    const desired = proposed ?? current;
    const operation = operationName(memory.operations);
    return { operation, desired, wording: plan.wording(desired), pull, head, dryRun: false };
  };
  try {
    const { reconciled, pull } = await retryOnConflict(session, async (resetFailures) => {
      const reconciled = await reconcile(plan, memory);
      last = reconciled;
      // If the response to the merge is lost, the next attempt finds no difference. The summary must still show the change.
      if (!proposed || reconciled.desired.edits.length > 0) proposed = reconciled.desired;
      const { head: headSha, pull: found } = reconciled;
      report.set({ operation: operationName(memory.operations), headSha, number: found?.number, url: found?.url });
      return { reconciled, pull: await mergeOrWait(plan, reconciled, memory, { wait, resetFailures }) };
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
