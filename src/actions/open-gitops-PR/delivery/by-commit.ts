import { commitUrl } from '../../../github/pages.ts';
import { commitTo } from '../../../github/repository/commits.ts';
import { compareCommits } from '../../../github/repository/history.ts';
import { readBaseHead } from '../branch/base-head.ts';
import { ownCommits, withTrailers } from '../branch/own-commits.ts';
import type { DesiredState } from '../change/desired-state.ts';
import type { BaseCommitPlan } from '../plan.ts';
import { noOperations, type Operations } from '../pull/operations.ts';
import { logChange } from '../report/log.ts';
import type { DeliveryResult } from '../report/result.ts';
import type { GitOpsSession } from '../session/session.ts';
import { retryOnConflict } from './attempts.ts';
import { planForBase } from './plan-attempt.ts';

/** Commits the change straight onto the base. */
export async function deliverByCommit(plan: BaseCommitPlan): Promise<DeliveryResult> {
  const { session } = plan;
  const { repository, report, base } = session;
  report.set({ branch: base });
  const start = await readBaseHead(session);
  const operations = noOperations();
  const { desired, commit } = await retryOnConflict(session, () => commitToBase(plan, operations, start));
  if (commit !== undefined) {
    const url = commitUrl(repository.url, commit);
    report.set({ operation: 'committed', headSha: commit, mergeCommitSha: commit, merged: true, url });
  }
  if (desired.edits.length === 0) report.set({ merged: true });
  const operation = commit === undefined ? 'none' : 'committed';
  return { operation, desired, wording: plan.wording(desired), pull: undefined, head: commit, dryRun: false };
}

interface BaseCommit {
  readonly desired: DesiredState;
  /** The commit that this run made; `undefined` if the base had the change already. */
  readonly commit: string | undefined;
}

/** One attempt. @param start the head of the base at the beginning of the run. */
async function commitToBase(plan: BaseCommitPlan, operations: Operations, start: string): Promise<BaseCommit> {
  const { session, bumps, wording } = plan;
  const { github, repository, base, identity } = session;
  const { baseHead, desired } = await planForBase(plan);
  if (desired.edits.length === 0)
    return { desired, commit: operations.committed ? await findOwnCommit(session, start, baseHead) : undefined };
  logChange(session, desired, bumps);
  operations.committed = true;
  const { edits } = desired;
  const message = withTrailers(wording(desired).commitMessage, identity, edits);
  const commit = await commitTo(github, repository, { branch: base, from: baseHead, parent: baseHead, edits, message });
  return { desired, commit };
}

/** The commit of an earlier attempt whose response was lost: our newest one on the base since the start. */
async function findOwnCommit(session: GitOpsSession, start: string, head: string): Promise<string | undefined> {
  const comparison = await compareCommits(session.github, session.repository, start, head);
  return [...(await ownCommits(session, comparison))].at(-1);
}
