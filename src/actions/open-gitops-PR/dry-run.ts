import { counted } from '../../core/counted.ts';
import { retryOnConflict } from './delivery/attempts.ts';
import { type BasePlan, type PullRequestPlan, planForBase, planPullRequest } from './plan.ts';
import { operationName } from './pull/operations.ts';
import { logChange } from './report/log.ts';
import type { DeliveryResult } from './report/result.ts';
import type { GitOpsSession } from './session/session.ts';
import type { DeliveryTask } from './task.ts';

/** Plans the delivery and reports the plan. Nothing is written. */
export async function dryRun(session: GitOpsSession, task: DeliveryTask): Promise<DeliveryResult> {
  const { report, inputs, branch } = session;
  report.set({ branch });
  const outcome =
    inputs.mode === 'commit'
      ? announceCommit(session, await retryOnConflict(session, () => planForBase(session, task)))
      : announcePullRequest(session, await retryOnConflict(session, () => planPullRequest(session, task)));
  const { desired, pull, head } = outcome;
  report.set({ merged: pull?.merged || desired.edits.length === 0, mergeCommitSha: pull?.mergeCommit });
  return {
    operation: operationName(task.operations),
    desired,
    wording: task.wording(desired),
    pull,
    head,
    dryRun: true,
  };
}

type Outcome = Pick<DeliveryResult, 'desired' | 'pull' | 'head'>;

function announceCommit(session: GitOpsSession, { desired }: BasePlan): Outcome {
  if (desired.edits.length > 0) {
    logChange(session, desired);
    session.log.info(`  Would commit ${counted(desired.edits.length, 'file')} to ${session.base}`);
  }
  return { desired, pull: undefined, head: undefined };
}

function announcePullRequest(session: GitOpsSession, plan: PullRequestPlan): Outcome {
  const { log, report, base, branch } = session;
  const [pull, head] = expected(plan);
  report.set({ headSha: head, number: pull?.number, url: pull?.url });
  if (plan.kind === 'propose') {
    log.info(plan.commit.kind === 'none' ? `  ${branch} has the change already` : `  Would commit to ${branch}`);
    log.info(pull ? `  Would update #${pull.number} if it differs` : '  Would open a pull request');
  } else {
    if (plan.warning !== undefined) log.warning(plan.warning);
    if (plan.close) log.info(`  Would close #${plan.close.pull.number}: ${base} has the change already`);
  }
  return { desired: plan.desired, pull, head };
}

/** The pull request and the head that a plan is about. */
function expected(plan: PullRequestPlan) {
  if (plan.kind === 'propose') return [plan.open, plan.head] as const;
  return plan.close ? ([plan.close.pull, plan.close.pull.head] as const) : ([plan.pull, plan.head] as const);
}
