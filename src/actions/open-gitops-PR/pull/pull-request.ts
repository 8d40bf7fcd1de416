import { defined } from '../../../core/defined.ts';
import { GitHubRefusal } from '../../../github/api/error.ts';
import { addAssignees, addLabels, isAssignable } from '../../../github/pull-requests/labels-and-assignees.ts';
import {
  createPullRequest,
  type PullRequest,
  type PullRequestText,
  readPullRequest,
  updatePullRequest,
} from '../../../github/pull-requests/pull-requests.ts';
import { listReviews, requestReviews } from '../../../github/pull-requests/reviews.ts';
import type { GitOpsSession } from '../session/session.ts';
import { newText, updatedText } from './marker.ts';
import type { Operations } from './operations.ts';

interface WantedPullRequest extends PullRequestText {
  readonly fingerprint: string;
}

/** Opens the pull request, or updates the open one. Only differences are written. */
export async function ensurePullRequest(
  session: GitOpsSession,
  open: PullRequest | undefined,
  wanted: WantedPullRequest,
  operations: Operations,
): Promise<PullRequest> {
  const pull = open ? await update(session, open, wanted, operations) : await create(session, wanted, operations);
  const changes = [
    await ensureLabels(session, pull, operations),
    await ensureAssignees(session, pull, operations),
    await ensureReviewers(session, pull, operations),
  ];
  return changes.includes(true) ? readPullRequest(session.github, session.repository, pull.number) : pull;
}

async function create(
  { github, repository, branch, base, inputs }: GitOpsSession,
  wanted: WantedPullRequest,
  operations: Operations,
) {
  operations.opened = true;
  const text = newText(wanted, wanted.fingerprint);
  return createPullRequest(github, repository, { ...text, branch, base, draft: inputs.draft });
}

async function update(
  { github, repository, base }: GitOpsSession,
  open: PullRequest,
  wanted: WantedPullRequest,
  operations: Operations,
) {
  const { title, body } = updatedText(open, wanted, wanted.fingerprint);
  const changed = <T>(now: T, next: T) => (now === next ? undefined : next);
  const change = defined({
    title: changed(open.title, title),
    body: changed(open.body, body),
    base: changed(open.base, base),
  });
  if (Object.keys(change).length === 0) return open;
  operations.edited = true;
  return updatePullRequest(github, repository, open.number, change);
}

async function ensureLabels(
  { github, repository, inputs }: GitOpsSession,
  pull: PullRequest,
  operations: Operations,
): Promise<boolean> {
  const missing = without(inputs.labels, pull.labels);
  if (missing.length === 0) return false;
  operations.edited = true;
  await addLabels(github, repository, pull.number, missing);
  return true;
}

async function ensureAssignees(session: GitOpsSession, pull: PullRequest, operations: Operations): Promise<boolean> {
  const { github, repository, inputs, log } = session;
  const missing = without(inputs.assignees, pull.assignees);
  const assignable: string[] = [];
  // GitHub silently ignores people who can't be assigned. Checking first keeps each run from trying them again.
  for (const login of missing) if (await isAssignable(github, repository, login)) assignable.push(login);
  const { edited } = operations;
  let assigned: readonly string[] = [];
  if (assignable.length > 0) {
    operations.edited = true;
    assigned = await addAssignees(github, repository, pull.number, assignable);
  }
  const ignored = without(missing, assigned);
  if (ignored.length === missing.length) operations.edited = edited;
  if (ignored.length > 0)
    log.warning(`Not assigned: ${ignored.join(', ')}. Assignees need access to ${repository.fullName}.`);
  return ignored.length < missing.length;
}

async function ensureReviewers(session: GitOpsSession, pull: PullRequest, operations: Operations): Promise<boolean> {
  const { github, repository, inputs, log } = session;
  const people = without(inputs.reviewers, [...pull.reviewers, pull.author]);
  const teams = without(inputs.teamReviewers, pull.teams);
  if (people.length + teams.length === 0) return false;
  // After a review, GitHub removes the reviewer from the requested ones.
  const reviewed = (await listReviews(github, repository, pull.number)).map((review) => review.login);
  const missing = {
    reviewers: without(people, reviewed),
    teams: reviewed.length > 0 && pull.teams.length === 0 ? [] : teams,
  };
  if (missing.reviewers.length + missing.teams.length === 0) return false;
  const { edited } = operations;
  operations.edited = true;
  try {
    await requestReviews(github, repository, pull.number, missing);
  } catch (thrown) {
    if (!(thrown instanceof GitHubRefusal) || thrown.status !== 422) throw thrown;
    log.warning(
      `No review was requested from ${[...missing.reviewers, ...missing.teams].join(', ')}: ${thrown.reason}`,
    );
    operations.edited = edited;
    return false;
  }
  return true;
}

/** GitHub ignores case in logins, team slugs and labels. */
function without(wanted: readonly string[], present: readonly string[]): string[] {
  const known = new Set(present.map((one) => one.toLowerCase()));
  return wanted.filter((one) => !known.has(one.toLowerCase()));
}
