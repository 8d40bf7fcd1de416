import { at, booleanAt, listAt, numberAt, stringAt } from '../json/json.ts';
import type { GitHub } from './client.ts';
import { GitHubConflict, GitHubRefusal } from './error.ts';
import type { Repository } from './repository.ts';

export interface Pull {
  readonly number: number;
  readonly nodeId: string;
  /** Its page. */
  readonly url: string;
  readonly title: string;
  readonly body: string;
  readonly open: boolean;
  readonly draft: boolean;
  readonly author: string;
  /** The branch that it brings, and where that stands. */
  readonly branch: string;
  readonly head: string;
  readonly base: string;
  readonly labels: readonly string[];
  readonly assignees: readonly string[];
  /** Asked for a review that they have not given yet. */
  readonly reviewers: readonly string[];
  /** Slugs of teams, likewise. */
  readonly teams: readonly string[];
  readonly autoMerge: boolean;
  readonly merged: boolean;
  readonly mergeCommit: string | undefined;
  /** How it can be merged; `unknown` while GitHub works it out, and in lists. */
  readonly mergeability: Mergeability;
}

/** `mergeable_state` of the REST API. */
export type Mergeability = 'clean' | 'unstable' | 'has_hooks' | 'blocked' | 'behind' | 'dirty' | 'draft' | 'unknown';

const MERGEABILITIES: readonly Mergeability[] = [
  'clean',
  'unstable',
  'has_hooks',
  'blocked',
  'behind',
  'dirty',
  'draft',
];

/** All pull requests of this repository's own branch, newest first. */
export async function pullsOf(github: GitHub, repository: Repository, branch: string): Promise<Pull[]> {
  const query = new URLSearchParams({
    head: `${repository.owner}:${branch}`,
    state: 'all',
    sort: 'created',
    direction: 'desc',
  });
  const found = await github.list(`${repository.path}/pulls?${query.toString()}`, 'pull-requests: read');
  // A fork under the same owner can have a branch of that name too.
  const own = found.filter((pull) => stringAt(pull, 'head', 'repo', 'full_name') === repository.fullName);
  return own.map(pullOf).filter((pull) => pull.branch === branch);
}

export async function readPull(github: GitHub, repository: Repository, number: number): Promise<Pull> {
  return pullOf(await github.get(`${repository.path}/pulls/${number}`, 'pull-requests: read'));
}

export interface PullText {
  readonly title: string;
  readonly body: string;
}

/** @throws GitHubConflict when the branch has an open pull request already, or nothing that its base lacks. */
export async function createPull(
  github: GitHub,
  repository: Repository,
  pull: PullText & { readonly branch: string; readonly base: string; readonly draft: boolean },
): Promise<Pull> {
  const { branch, ...rest } = pull;
  try {
    const body = { ...rest, head: branch };
    return pullOf(await github.send('POST', `${repository.path}/pulls`, body, 'pull-requests: write'));
  } catch (thrown) {
    if (thrown instanceof GitHubRefusal && /already exists|no commits between|head is invalid/i.test(thrown.reason))
      throw new GitHubConflict(`The pull request for ${branch} could not be opened`, thrown);
    throw thrown;
  }
}

export async function updatePull(
  github: GitHub,
  repository: Repository,
  number: number,
  change: { readonly title?: string; readonly body?: string; readonly base?: string; readonly state?: 'closed' },
): Promise<Pull> {
  return pullOf(await github.send('PATCH', `${repository.path}/pulls/${number}`, change, 'pull-requests: write'));
}

export async function addLabels(github: GitHub, repository: Repository, number: number, labels: readonly string[]) {
  await github.send('POST', `${repository.path}/issues/${number}/labels`, { labels }, 'pull-requests: write');
}

/** Whether GitHub would assign somebody; where the token may not know, it is to be tried. */
export async function mayBeAssigned(github: GitHub, repository: Repository, login: string): Promise<boolean> {
  try {
    return await github.isSo(`${repository.path}/assignees/${encodeURIComponent(login)}`, 'pull-requests: read');
  } catch (thrown) {
    if (thrown instanceof GitHubRefusal && thrown.status === 403) return true;
    throw thrown;
  }
}

/** Answers those who are assigned now: GitHub passes over in silence whoever can't be. */
export async function addAssignees(
  github: GitHub,
  repository: Repository,
  number: number,
  assignees: readonly string[],
): Promise<string[]> {
  const path = `${repository.path}/issues/${number}/assignees`;
  return loginsIn(await github.send('POST', path, { assignees }, 'pull-requests: write'), 'assignees');
}

/** @throws GitHubRefusal 422 when one of them has no access to the repository, or wrote the pull request. */
export async function requestReviews(
  github: GitHub,
  repository: Repository,
  number: number,
  who: { readonly reviewers: readonly string[]; readonly teams: readonly string[] },
): Promise<void> {
  const body = { reviewers: who.reviewers, team_reviewers: who.teams };
  await github.send('POST', `${repository.path}/pulls/${number}/requested_reviewers`, body, 'pull-requests: write');
}

export interface Review {
  readonly login: string;
  /** `APPROVED`, `CHANGES_REQUESTED`, `COMMENTED`, `DISMISSED`, `PENDING`. */
  readonly state: string;
}

/** Every review, oldest first. */
export async function reviewsOf(github: GitHub, repository: Repository, number: number): Promise<Review[]> {
  const found = await github.list(`${repository.path}/pulls/${number}/reviews`, 'pull-requests: read');
  return found.map((review) => ({
    login: stringAt(review, 'user', 'login') ?? 'someone',
    state: stringAt(review, 'state') ?? '',
  }));
}

function pullOf(found: unknown): Pull {
  const mergedAt = stringAt(found, 'merged_at');
  const merged = booleanAt(found, 'merged') ?? mergedAt !== undefined;
  return {
    number: numberAt(found, 'number') ?? 0,
    nodeId: stringAt(found, 'node_id') ?? '',
    url: stringAt(found, 'html_url') ?? '',
    title: stringAt(found, 'title') ?? '',
    body: stringAt(found, 'body') ?? '',
    open: stringAt(found, 'state') === 'open',
    draft: booleanAt(found, 'draft') ?? false,
    author: stringAt(found, 'user', 'login') ?? '',
    branch: stringAt(found, 'head', 'ref') ?? '',
    head: stringAt(found, 'head', 'sha') ?? '',
    base: stringAt(found, 'base', 'ref') ?? '',
    labels: listAt(found, 'labels').flatMap((label) => stringAt(label, 'name') ?? []),
    assignees: loginsIn(found, 'assignees'),
    reviewers: loginsIn(found, 'requested_reviewers'),
    teams: listAt(found, 'requested_teams').flatMap((team) => stringAt(team, 'slug') ?? []),
    autoMerge: typeof at(found, 'auto_merge') === 'object' && at(found, 'auto_merge') !== null,
    merged,
    mergeCommit: merged ? stringAt(found, 'merge_commit_sha') : undefined,
    mergeability: MERGEABILITIES.find((state) => state === stringAt(found, 'mergeable_state')) ?? 'unknown',
  };
}

function loginsIn(found: unknown, key: string): string[] {
  return listAt(found, key).flatMap((account) => stringAt(account, 'login') ?? []);
}
