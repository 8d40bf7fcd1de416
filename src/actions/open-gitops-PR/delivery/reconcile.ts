import { fileUrl } from '../../../github/pages.ts';
import { type PullRequest, updatePullRequest } from '../../../github/pull-requests/pull-requests.ts';
import { moveBranches } from '../../../github/repository/branches.ts';
import { makeCommit } from '../branch/make-commit.ts';
import type { DesiredState } from '../change/desired-state.ts';
import type { ProposalPlan } from '../plan.ts';
import { ensurePullRequest } from '../pull/pull-request.ts';
import type { GitOpsSession } from '../session/session.ts';
import type { AttemptMemory } from './attempt-memory.ts';
import { type BranchPlan, type InBasePlan, planAttempt } from './plan-attempt.ts';

/** Branch and pull request after an attempt has brought them to the desired state. */
export interface Reconciled {
  readonly desired: DesiredState;
  /** The open pull request, or the one that merged the change earlier. */
  readonly pull: PullRequest | undefined;
  /** The head of the branch; `undefined` if no branch is needed. */
  readonly head: string | undefined;
  /** The branch has commits of others. */
  readonly foreign: boolean;
}

/** One attempt: reads the current state and brings branch and pull request to the desired one. */
export async function reconcile(plan: ProposalPlan, memory: AttemptMemory): Promise<Reconciled> {
  const attempt = await planAttempt(plan, memory);
  return attempt.kind === 'propose' ? propose(plan, memory, attempt) : closeIfObsolete(plan.session, memory, attempt);
}

async function propose(plan: ProposalPlan, memory: AttemptMemory, attempt: BranchPlan): Promise<Reconciled> {
  const { session, pullRequest } = plan;
  const { repository, log, report } = session;
  const { desired, open, foreign } = attempt;
  const wording = plan.wording(desired);
  const head = await pushCommit(session, memory, attempt, wording.commitMessage);
  report.set({ headSha: head });
  const body = wording.body((path, line) => fileUrl(repository.url, head, path, line));
  const wanted = { title: wording.title, body, fingerprint: desired.fingerprint, ...pullRequest };
  const pull = await ensurePullRequest(session, open, wanted, memory.operations);
  if (!open) log.info(`  #${pull.number} is open: ${pull.url}`);
  return { desired, pull, head, foreign };
}

/** Makes the commit if the branch needs one, and returns the head of the branch. */
async function pushCommit(
  session: GitOpsSession,
  memory: AttemptMemory,
  { commit }: BranchPlan,
  message: string,
): Promise<string> {
  if (commit.kind === 'none') return commit.head;
  memory.operations.committed = true;
  const { approvedHeads } = memory;
  const onCommit = approvedHeads && ((oid: string) => approvedHeads.add(oid));
  const head = await makeCommit(session, commit, message, onCommit);
  memory.mustBeUpToDate = false;
  session.log.info(`  ${session.branch} is at ${head.slice(0, 8)}`);
  return head;
}

async function closeIfObsolete(
  session: GitOpsSession,
  memory: AttemptMemory,
  attempt: InBasePlan,
): Promise<Reconciled> {
  const { github, repository, base, branch, log } = session;
  const { desired, pull, head, foreign, warning, close } = attempt;
  if (warning !== undefined) log.warning(warning);
  if (!close) return { desired, pull, head, foreign };
  memory.operations.closed = true;
  await updatePullRequest(github, repository, close.pull.number, { state: 'closed' });
  await moveBranches(github, repository, [{ branch, from: close.head, to: undefined }]);
  log.info(`  Closed #${close.pull.number}: ${base} has the change already`);
  return { desired, pull: pull ?? { ...close.pull, open: false }, head, foreign };
}
