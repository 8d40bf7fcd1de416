import type { Run } from '../../entry/context.ts';
import type { contract } from './contract.ts';
import { deliverByCommit } from './delivery/by-commit.ts';
import { deliverByPullRequest } from './delivery/by-pull-request.ts';
import { dryRun } from './dry-run.ts';
import { type GitOpsInputs, requireValidGitOpsInputs } from './inputs.ts';
import { withGitHubRemedies } from './remedies/github-errors.ts';
import { logDeliveryResult, logRoute } from './report/log.ts';
import { reportDelivery, reportStart } from './report/outputs.ts';
import { openGitOpsSession } from './session/session.ts';
import { prepareTask } from './task.ts';

/** Brings a change, or the revert of one, into the GitOps repository: by a pull request or by a commit. */
export const run: Run<typeof contract> = (context) =>
  withGitHubRemedies(async () => {
    requireValidGitOpsInputs(context.inputs);
    reportStart(context);

    const session = await openGitOpsSession(context);
    logRoute(session);
    const task = await prepareTask(session);
    const deliver = deliveryFor(context.inputs);
    const result = await deliver(session, task);

    reportDelivery(session, result);
    logDeliveryResult(session, result);
  });

function deliveryFor({ dryRun: isDryRun, mode }: GitOpsInputs) {
  if (isDryRun) return dryRun;
  return mode === 'commit' ? deliverByCommit : deliverByPullRequest;
}
