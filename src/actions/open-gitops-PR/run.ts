import type { Run } from '../../entry/context.ts';
import type { contract } from './contract.ts';
import { deliverByCommit } from './delivery/by-commit.ts';
import { deliverByPullRequest } from './delivery/by-pull-request.ts';
import { requireValidGitOpsInputs, subjectOf } from './inputs.ts';
import { describeRoute, logDeliveryResult } from './report/log.ts';
import { deliverySummary } from './report/summary.ts';
import { openGitOpsSession } from './session.ts';
import { prepareTask } from './task.ts';

export const run: Run<typeof contract> = async (context) => {
  const { inputs, report, log } = context;
  requireValidGitOpsInputs(inputs);
  if (inputs.environment !== undefined) report.environment(inputs.environment);
  const subject = subjectOf(inputs);
  if (subject) report.subject(subject);
  report.set({ operation: 'none', merged: false, attempts: 0 });

  const session = await openGitOpsSession(context);
  log.info(`▸ ${session.repository.fullName}: ${describeRoute(session)}`);
  const task = await prepareTask(session);
  const result =
    inputs.mode === 'commit' ? await deliverByCommit(session, task) : await deliverByPullRequest(session, task);

  report.section(deliverySummary(session, result));
  report.detail({
    repository: session.repository.fullName,
    operation: result.operation,
    files: result.desired.edits.map(({ path }) => path),
    pullRequest: result.pull?.url,
    mergeCommit: result.pull?.mergeCommit ?? (result.operation === 'committed' ? result.head : undefined),
  });
  logDeliveryResult(session, result);
};
