import { counted } from '../../../core/counted.ts';
import { commitUrl } from '../../../github/pages.ts';
import { commitTo } from '../../../github/repository/commits.ts';
import { compareCommits } from '../../../github/repository/history.ts';
import { ownCommits, signed } from '../branch/own-commits.ts';
import { type Desired, snapshotOf } from '../change/desired-state.ts';
import { logChange } from '../report/log.ts';
import type { Result } from '../report/summary.ts';
import { baseHead, inAttempts, type Session } from '../session.ts';
import type { Task } from './reconcile.ts';

/** Commits straight onto the base. */
export async function bringStraight(session: Session, task: Task): Promise<Result> {
  const { repository, report, base, inputs } = session;
  report.set({ branch: base });
  const start = await baseHead(session);
  const { desired, commit } = await inAttempts(session, () => commitStraight(session, task, start));
  if (commit !== undefined) {
    const url = commitUrl(repository.url, commit);
    report.set({ operation: 'committed', headSha: commit, mergeCommitSha: commit, merged: true, url });
  }
  if (desired.edits.length === 0) report.set({ merged: true });
  const operation = commit === undefined ? 'none' : 'committed';
  return { operation, desired, wording: task.wording(desired), pull: undefined, head: commit, dryRun: inputs.dryRun };
}

interface Committed {
  readonly desired: Desired;
  /** The commit that was made; `undefined` where the base had it all. */
  readonly commit: string | undefined;
}

/** One attempt. @param start the base's head when the run began. */
async function commitStraight(session: Session, task: Task, start: string): Promise<Committed> {
  const { github, repository, base, identity, inputs, log } = session;
  const head = await baseHead(session);
  const desired = await task.source(snapshotOf(github, repository, head));
  if (desired.edits.length === 0)
    return { desired, commit: task.deeds.committed ? await ownSince(session, start, head) : undefined };
  logChange(session, desired);
  if (inputs.dryRun) {
    log.info(`  Would commit ${counted(desired.edits.length, 'file')} to ${base}`);
    return { desired, commit: undefined };
  }
  task.deeds.committed = true;
  const { edits } = desired;
  const message = signed(task.wording(desired).commitMessage, identity, edits);
  return {
    desired,
    commit: await commitTo(github, repository, { branch: base, from: head, parent: head, edits, message }),
  };
}

/** The commit whose answer was lost: ours, among those that the base has got since. */
async function ownSince(session: Session, start: string, head: string): Promise<string | undefined> {
  const comparison = await compareCommits(session.github, session.repository, start, head);
  return [...(await ownCommits(session, comparison))].at(-1);
}
