import type { Run } from '../../entry/context.ts';
import type { contract } from './contract.ts';
import { bringStraight } from './delivery/by-commit.ts';
import { bringByPull } from './delivery/by-pull-request.ts';
import { checkInputs, subjectOf } from './inputs.ts';
import { logResult, routeOf } from './report/log.ts';
import { summaryOf } from './report/summary.ts';
import { openSession } from './session.ts';
import { taskOf } from './task.ts';

export const run: Run<typeof contract> = async (context) => {
  const { inputs, report, log } = context;
  checkInputs(inputs);
  if (inputs.environment !== undefined) report.environment(inputs.environment);
  const subject = subjectOf(inputs);
  if (subject) report.subject(subject);
  report.set({ operation: 'none', merged: false, attempts: 0 });

  const session = await openSession(context);
  log.info(`▸ ${session.repository.fullName}: ${routeOf(session)}`);
  const task = await taskOf(session);
  const result = inputs.mode === 'commit' ? await bringStraight(session, task) : await bringByPull(session, task);

  report.section(summaryOf(session, result));
  report.detail({
    repository: session.repository.fullName,
    operation: result.operation,
    files: result.desired.edits.map(({ path }) => path),
    pullRequest: result.pull?.url,
    mergeCommit: result.pull?.mergeCommit ?? (result.operation === 'committed' ? result.head : undefined),
  });
  logResult(session, result);
};
