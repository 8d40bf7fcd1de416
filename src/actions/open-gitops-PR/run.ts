import { replaceRemedies } from '../../core/replace-remedies.ts';
import type { Run } from '../../entry/context.ts';
import { requireApprovedChanges } from './approval/require-approved-changes.ts';
import type { contract } from './contract.ts';
import { deliverByCommit } from './delivery/by-commit.ts';
import { deliverByPullRequest } from './delivery/by-pull-request.ts';
import { dryRun } from './dry-run.ts';
import { requireValidPullRequestInputs } from './inputs.ts';
import { type PullRequestPlan, planPullRequest } from './plan.ts';
import { gitHubRemedies } from './remedies/github-errors.ts';
import { logDeliveryResult } from './report/log.ts';
import { reportDelivery, reportStart } from './report/outputs.ts';
import type { DeliveryResult } from './report/result.ts';

/** Brings a change, or the revert of one, into the GitOps repository: by a pull request or by a commit. */
export const run: Run<typeof contract> = (context) =>
  replaceRemedies(gitHubRemedies, async () => {
    requireValidPullRequestInputs(context.inputs);
    reportStart(context.report, context.inputs);
    requireApprovedChanges(context.inputs);

    const plan = await planPullRequest(context);
    const result = await deliver(plan);

    reportDelivery(plan.session, result);
    logDeliveryResult(plan.session, result);
  });

function deliver(plan: PullRequestPlan): Promise<DeliveryResult> {
  if (plan.dryRun) return dryRun(plan);
  return plan.kind === 'commit' ? deliverByCommit(plan) : deliverByPullRequest(plan);
}
