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

/** What a pull request gets besides its text. */
export interface PullRequestOptions {
  /** Whether a new pull request is opened as a draft. */
  readonly draft: boolean;
  readonly labels: readonly string[];
  /** Logins of people. */
  readonly assignees: readonly string[];
  readonly reviewers: readonly string[];
  /** Slugs of teams to request a review from. */
  readonly teams: readonly string[];
}

interface WantedPullRequest extends PullRequestText, PullRequestOptions {
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
    await ensureLabels(session, pull, wanted, operations),
    await ensureAssignees(session, pull, wanted, operations),
    await ensureReviewers(session, pull, wanted, operations),
  ];
  return changes.includes(true) ? readPullRequest(session.github, session.repository, pull.number) : pull;
}

async function create(
  { github, repository, branch, base }: GitOpsSession,
  wanted: WantedPullRequest,
  operations: Operations,
) {
  operations.opened = true;
  const text = newText(wanted, wanted.fingerprint);
  return createPullRequest(github, repository, { ...text, branch, base, draft: wanted.draft });
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
  { github, repository }: GitOpsSession,
  pull: PullRequest,
  { labels }: PullRequestOptions,
  operations: Operations,
): Promise<boolean> {
  const missing = without(labels, pull.labels);
  if (missing.length === 0) return false;
  operations.edited = true;
  await addLabels(github, repository, pull.number, missing);
  return true;
}

async function ensureAssignees(
  { github, repository, log }: GitOpsSession,
  pull: PullRequest,
  { assignees }: PullRequestOptions,
  operations: Operations,
): Promise<boolean> {
  const missing = without(assignees, pull.assignees);
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

async function ensureReviewers(
  { github, repository, log }: GitOpsSession,
  pull: PullRequest,
  wanted: PullRequestOptions,
  operations: Operations,
): Promise<boolean> {
  const people = without(wanted.reviewers, [...pull.reviewers, pull.author]);
  const teams = without(wanted.teams, pull.teams);
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
