import { counted } from '../../../core/counted.ts';
import { commitUrl } from '../../../github/pages.ts';
import { commitTo } from '../../../github/repository/commits.ts';
import { compareCommits } from '../../../github/repository/history.ts';
import { ownCommits, withTrailers } from '../branch/own-commits.ts';
import { type DesiredState, snapshotOf } from '../change/desired-state.ts';
import { logChange } from '../report/log.ts';
import type { DeliveryResult } from '../report/summary.ts';
import { type GitOpsSession, inAttempts, readBaseHead } from '../session.ts';
import type { DeliveryTask } from './reconcile.ts';

/** Commits straight onto the base. */
export async function deliverByCommit(session: GitOpsSession, task: DeliveryTask): Promise<DeliveryResult> {
  const { repository, report, base, inputs } = session;
  report.set({ branch: base });
  const start = await readBaseHead(session);
  const { desired, commit } = await inAttempts(session, () => commitToBase(session, task, start));
  if (commit !== undefined) {
    const url = commitUrl(repository.url, commit);
    report.set({ operation: 'committed', headSha: commit, mergeCommitSha: commit, merged: true, url });
  }
  if (desired.edits.length === 0) report.set({ merged: true });
  const operation = commit === undefined ? 'none' : 'committed';
  return { operation, desired, wording: task.wording(desired), pull: undefined, head: commit, dryRun: inputs.dryRun };
}

interface BaseCommit {
  readonly desired: DesiredState;
  /** The commit that was made; `undefined` where the base had it all. */
  readonly commit: string | undefined;
}

/** One attempt. @param start the base's head when the run began. */
async function commitToBase(session: GitOpsSession, task: DeliveryTask, start: string): Promise<BaseCommit> {
  const { github, repository, base, identity, inputs, log } = session;
  const head = await readBaseHead(session);
  const desired = await task.source(snapshotOf(github, repository, head));
  if (desired.edits.length === 0)
    return { desired, commit: task.operations.committed ? await findOwnCommit(session, start, head) : undefined };
  logChange(session, desired);
  if (inputs.dryRun) {
    log.info(`  Would commit ${counted(desired.edits.length, 'file')} to ${base}`);
    return { desired, commit: undefined };
  }
  task.operations.committed = true;
  const { edits } = desired;
  const message = withTrailers(task.wording(desired).commitMessage, identity, edits);
  return {
    desired,
    commit: await commitTo(github, repository, { branch: base, from: head, parent: head, edits, message }),
  };
}

/** The commit whose answer was lost: ours, among those that the base has got since. */
async function findOwnCommit(session: GitOpsSession, start: string, head: string): Promise<string | undefined> {
  const comparison = await compareCommits(session.github, session.repository, start, head);
  return [...(await ownCommits(session, comparison))].at(-1);
}
