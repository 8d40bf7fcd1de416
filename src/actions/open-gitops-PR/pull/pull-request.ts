import { GitHubRefusal } from '../../../github/api/error.ts';
import {
  addAssignees,
  addLabels,
  createPullRequest,
  isAssignable,
  listReviews,
  type PullRequest,
  type PullRequestText,
  readPullRequest,
  requestReviews,
  updatePullRequest,
} from '../../../github/pull-requests/pull-requests.ts';
import type { Operations } from '../operations.ts';
import type { GitOpsSession } from '../session.ts';
import { newText, updatedText } from './marker.ts';

interface Wanted extends PullRequestText {
  readonly fingerprint: string;
}

/** Opens the pull request, or brings the open one up to date; writes only what differs. */
export async function ensurePull(
  session: GitOpsSession,
  open: PullRequest | undefined,
  wanted: Wanted,
  deeds: Operations,
): Promise<PullRequest> {
  const pull = open ? await update(session, open, wanted, deeds) : await create(session, wanted, deeds);
  const asked = [
    await label(session, pull, deeds),
    await assign(session, pull, deeds),
    await askForReviews(session, pull, deeds),
  ];
  return asked.includes(true) ? readPullRequest(session.github, session.repository, pull.number) : pull;
}

async function create({ github, repository, branch, base, inputs }: GitOpsSession, wanted: Wanted, deeds: Operations) {
  deeds.opened = true;
  const text = newText(wanted, wanted.fingerprint);
  return createPullRequest(github, repository, { ...text, branch, base, draft: inputs.draft });
}

async function update(
  { github, repository, base }: GitOpsSession,
  open: PullRequest,
  wanted: Wanted,
  deeds: Operations,
) {
  const text = updatedText(open, wanted, wanted.fingerprint);
  const change = {
    ...(text.title === open.title ? {} : { title: text.title }),
    ...(text.body === open.body ? {} : { body: text.body }),
    ...(open.base === base ? {} : { base }),
  };
  if (Object.keys(change).length === 0) return open;
  deeds.edited = true;
  return updatePullRequest(github, repository, open.number, change);
}

async function label(
  { github, repository, inputs }: GitOpsSession,
  pull: PullRequest,
  deeds: Operations,
): Promise<boolean> {
  const missing = without(inputs.labels, pull.labels);
  if (missing.length === 0) return false;
  deeds.edited = true;
  await addLabels(github, repository, pull.number, missing);
  return true;
}

async function assign(session: GitOpsSession, pull: PullRequest, deeds: Operations): Promise<boolean> {
  const { github, repository, inputs, log } = session;
  const missing = without(inputs.assignees, pull.assignees);
  const accepted: string[] = [];
  // Whoever GitHub would pass over in silence is not asked for again in every run.
  for (const login of missing) if (await isAssignable(github, repository, login)) accepted.push(login);
  const { edited } = deeds;
  let assigned: readonly string[] = [];
  if (accepted.length > 0) {
    deeds.edited = true;
    assigned = await addAssignees(github, repository, pull.number, accepted);
  }
  const ignored = without(missing, assigned);
  if (ignored.length === missing.length) deeds.edited = edited;
  if (ignored.length > 0)
    log.warning(`Not assigned: ${ignored.join(', ')}. Who is assigned needs access to ${repository.fullName}.`);
  return ignored.length < missing.length;
}

async function askForReviews(session: GitOpsSession, pull: PullRequest, deeds: Operations): Promise<boolean> {
  const { github, repository, inputs, log } = session;
  const people = without(inputs.reviewers, [...pull.reviewers, pull.author]);
  const teams = without(inputs.teamReviewers, pull.teams);
  if (people.length + teams.length === 0) return false;
  // Whoever has reviewed is no longer among those who are asked.
  const reviewed = (await listReviews(github, repository, pull.number)).map((review) => review.login);
  const asked = {
    reviewers: without(people, reviewed),
    teams: reviewed.length > 0 && pull.teams.length === 0 ? [] : teams,
  };
  if (asked.reviewers.length + asked.teams.length === 0) return false;
  const { edited } = deeds;
  deeds.edited = true;
  try {
    await requestReviews(github, repository, pull.number, asked);
  } catch (thrown) {
    if (!(thrown instanceof GitHubRefusal) || thrown.status !== 422) throw thrown;
    log.warning(`No review was asked of ${[...asked.reviewers, ...asked.teams].join(', ')}: ${thrown.reason}`);
    deeds.edited = edited;
    return false;
  }
  return true;
}

/** Logins, slugs and labels are the same whatever their case. */
function without(wanted: readonly string[], there: readonly string[]): string[] {
  const known = new Set(there.map((one) => one.toLowerCase()));
  return wanted.filter((one) => !known.has(one.toLowerCase()));
}
