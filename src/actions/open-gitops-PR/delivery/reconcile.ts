import { fileUrl } from '../../../github/pages.ts';
import { type PullRequest, updatePullRequest } from '../../../github/pull-requests/pull-requests.ts';
import { moveBranches } from '../../../github/repository/branches.ts';
import {
  type ApprovedHeads,
  findApprovedMerge,
  requireApprovedChange,
  requireApprovedHead,
} from '../approval/require-approved.ts';
import { type ObservedBranch, observeBranch } from '../branch/branch-state.ts';
import { makeCommit, planCommit } from '../branch/plan-commit.ts';
import { type ChangeSource, type DesiredState, snapshotOf } from '../change/desired-state.ts';
import { findMergedPull } from '../change/find-merged-pull.ts';
import type { Operations } from '../operations.ts';
import { splitMarker } from '../pull/marker.ts';
import { ensurePull } from '../pull/pull-request.ts';
import { logChange } from '../report/log.ts';
import { type GitOpsSession, readBaseHead } from '../session.ts';
import type { Wording } from '../wording/wording.ts';

/** How things stand once branch and pull request are as they shall be. */
export interface Reconciled {
  readonly desired: DesiredState;
  /** The open pull request, or the one by which the base has the change already. */
  readonly pull: PullRequest | undefined;
  /** The head of the branch; `undefined` where none is needed. */
  readonly head: string | undefined;
  /** Commits of others are on the branch. */
  readonly foreign: boolean;
}

export interface DeliveryTask {
  readonly source: ChangeSource;
  readonly wording: (desired: DesiredState) => Wording;
  readonly operations: Operations;
  /** What may be merged, where that was asked for. */
  readonly approval: ApprovedHeads | undefined;
  /** The repository asks for branches that hold the newest commit of the base. */
  mustBeUpToDate: boolean;
  /** The change that the log has told. */
  loggedFingerprint: string | undefined;
}

/** One attempt to bring branch and pull request to what they shall be, from whatever they are now. */
export async function reconcile(session: GitOpsSession, task: DeliveryTask): Promise<Reconciled> {
  const { github, repository, log, report, inputs } = session;
  const from = await readBaseHead(session);
  const desired = await task.source(snapshotOf(github, repository, from));
  const standing = await observeBranch(session, from);
  if (desired.edits.length === 0) return settleNothing(session, task, { desired, standing, from });

  if (task.approval) requireApprovedHead(session, standing, task.approval);

  const { state, open, pulls } = standing;
  if (task.loggedFingerprint !== desired.fingerprint) logChange(session, desired);
  task.loggedFingerprint = desired.fingerprint;
  // A head that was merged and taken back again is not proposed once more: each approval is for a head of its own.
  const used = state.kind !== 'absent' && pulls.some(({ merged, head }) => merged && head === state.head);
  const needed = await planCommit(session, { state, baseHead: from, desired, fresh: task.mustBeUpToDate || used });
  if (needed.kind === 'commit') requireApprovedChange(session, state, from, task.approval);
  const foreign = state.kind === 'foreign' && inputs.onForeignCommits !== 'replace';
  if (inputs.dryRun) {
    announce(session, needed.kind === 'none', open);
    return { desired, pull: open, head: state.kind === 'absent' ? undefined : state.head, foreign };
  }
  const wording = task.wording(desired);
  let head = needed.kind === 'none' ? needed.head : '';
  if (needed.kind === 'commit') {
    task.operations.committed = true;
    head = await makeCommit(session, needed, wording.commitMessage, task.approval);
    task.mustBeUpToDate = false;
    log.info(`  ${session.branch} is at ${head.slice(0, 8)}`);
  }
  report.set({ headSha: head });
  const body = wording.body((path, line) => fileUrl(repository.url, head, path, line));
  const pull = await ensurePull(
    session,
    open,
    { title: wording.title, body, fingerprint: desired.fingerprint },
    task.operations,
  );
  if (!open) log.info(`  #${pull.number} is open: ${pull.url}`);
  return { desired, pull, head, foreign };
}

/** The base has it all: an open pull request has nothing left to say, a merged one is how it came in. */
async function settleNothing(
  session: GitOpsSession,
  task: DeliveryTask,
  {
    desired,
    standing,
    from,
  }: { readonly desired: DesiredState; readonly standing: ObservedBranch; readonly from: string },
): Promise<Reconciled> {
  const { github, repository, branch, log, inputs } = session;
  const { open, pulls, state } = standing;
  const isOurs = ({ body }: PullRequest) => splitMarker(body).marker?.fingerprint === desired.fingerprint;
  const { approval } = task;
  const brought = (pull: PullRequest) => pull.merged && pull.base === session.base && isOurs(pull);
  const known = findApprovedMerge(pulls, session.base, approval) ?? pulls.find(brought);
  const merged = known ?? (inputs.changes?.length === 0 ? await findMergedPull(session, pulls, from) : undefined);
  const settled = { desired, pull: merged, head: merged?.head, foreign: state.kind === 'foreign' };
  if (!open || state.kind === 'absent') return settled;
  if (approval && !approval.covers(state.head)) {
    log.warning(
      `#${open.number} is left open: ${session.base} has the change, and ${branch} was not approved as it is.`,
    );
    return settled;
  }
  if (state.kind === 'foreign') {
    log.warning(`#${open.number} is left open: ${session.base} has the change, but ${branch} has commits of others.`);
    return { ...settled, pull: open, head: open.head };
  }
  if (!isOurs(open)) {
    log.warning(`#${open.number} is left open: it brings something else than what ${session.base} has already.`);
    return settled;
  }
  if (inputs.dryRun) {
    log.info(`  Would close #${open.number}: ${session.base} has the change already`);
    return { ...settled, pull: open, head: open.head };
  }
  task.operations.closed = true;
  await updatePullRequest(github, repository, open.number, { state: 'closed' });
  await moveBranches(github, repository, [{ branch, from: state.head, to: undefined }]);
  log.info(`  Closed #${open.number}: ${session.base} has the change already`);
  return { ...settled, pull: merged ?? { ...open, open: false } };
}

function announce({ log, branch }: GitOpsSession, there: boolean, open: PullRequest | undefined): void {
  log.info(there ? `  ${branch} has the change already` : `  Would commit to ${branch}`);
  log.info(open ? `  Would bring #${open.number} up to date where it differs` : '  Would open a pull request');
}
