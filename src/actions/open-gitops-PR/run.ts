import type { Run } from '../../entry/context.ts';
import type { contract } from './contract.ts';
import { bringByPull } from './deliver.ts';
import { logResult, routeOf } from './log.ts';
import { checkInputs, subjectOf } from './plan.ts';
import { openSession } from './session.ts';
import { bringStraight } from './straight.ts';
import { summaryOf } from './summary.ts';
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
