import type { components } from '@octokit/openapi-types';
import type { GitHub } from '../api/client.ts';
import { GitHubConflict, GitHubRefusal } from '../api/error.ts';
import { type DeepPartial, requireNumber, requireText } from '../api/response-fields.ts';
import type { ParametersOf } from '../api/routes.ts';
import type { GitHubRepository } from '../repository/repository.ts';

export interface PullRequest {
  readonly number: number;
  readonly nodeId: string;
  /** The web page. */
  readonly url: string;
  readonly title: string;
  readonly body: string;
  readonly open: boolean;
  readonly draft: boolean;
  readonly author: string;
  /** The branch to merge, and its newest commit. */
  readonly branch: string;
  readonly head: string;
  readonly base: string;
  readonly labels: readonly string[];
  readonly assignees: readonly string[];
  /** People whose review was requested and is still missing. */
  readonly reviewers: readonly string[];
  /** Slugs of teams whose review was requested and is still missing. */
  readonly teams: readonly string[];
  readonly autoMerge: boolean;
  readonly merged: boolean;
  readonly mergeCommit: string | undefined;
  /** `unknown` in lists, and until GitHub has computed it. */
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
export async function listPullRequests(
  github: GitHub,
  repository: GitHubRepository,
  branch: string,
): Promise<PullRequest[]> {
  const found = await github.list(
    'GET /repos/{owner}/{repo}/pulls',
    {
      ...repository.routeParams,
      head: `${repository.owner}:${branch}`,
      state: 'all',
      sort: 'created',
      direction: 'desc',
    },
    'pull-requests: read',
    (page) => page,
  );
  // A fork of the same owner can have a branch with the same name.
  const own = found.filter((pull) => pull.head?.repo?.full_name === repository.fullName);
  return own.map(pullOf).filter((pull) => pull.branch === branch);
}

export async function readPullRequest(
  github: GitHub,
  repository: GitHubRepository,
  number: number,
): Promise<PullRequest> {
  const found = await github.get(
    'GET /repos/{owner}/{repo}/pulls/{pull_number}',
    { ...repository.routeParams, pull_number: number },
    'pull-requests: read',
  );
  return pullOf(found);
}

export interface PullRequestText {
  readonly title: string;
  readonly body: string;
}

/** @throws GitHubConflict if the branch has an open pull request already, or no commits that the base lacks. */
export async function createPullRequest(
  github: GitHub,
  repository: GitHubRepository,
  pull: PullRequestText & { readonly branch: string; readonly base: string; readonly draft: boolean },
): Promise<PullRequest> {
  const { title, body, branch, base, draft } = pull;
  try {
    const opened = await github.send(
      'POST /repos/{owner}/{repo}/pulls',
      { ...repository.routeParams, title, body, head: branch, base, draft },
      'pull-requests: write',
    );
    return pullOf(opened);
  } catch (thrown) {
    if (thrown instanceof GitHubRefusal && /already exists|no commits between|head is invalid/i.test(thrown.reason))
      throw new GitHubConflict(`The pull request for ${branch} could not be opened`, thrown);
    throw thrown;
  }
}

const UPDATE = 'PATCH /repos/{owner}/{repo}/pulls/{pull_number}';

export async function updatePullRequest(
  github: GitHub,
  repository: GitHubRepository,
  number: number,
  change: Pick<ParametersOf<typeof UPDATE>, 'title' | 'body' | 'base' | 'state'>,
): Promise<PullRequest> {
  const changed = { ...repository.routeParams, pull_number: number, ...change };
  return pullOf(await github.send(UPDATE, changed, 'pull-requests: write'));
}

type FullResponse = DeepPartial<components['schemas']['pull-request']>;
/** Lists lack some fields. */
type ListResponse = DeepPartial<components['schemas']['pull-request-simple']> &
  Pick<FullResponse, 'merged' | 'mergeable_state'>;

function pullOf(found: FullResponse | ListResponse): PullRequest {
  const merged = found.merged ?? typeof found.merged_at === 'string';
  return {
    number: requireNumber(found.number, 'the number of a pull request'),
    nodeId: requireText(found.node_id, 'the id of a pull request'),
    url: found.html_url ?? '',
    title: found.title ?? '',
    body: found.body ?? '',
    open: requireText(found.state, 'the state of a pull request') === 'open',
    draft: found.draft ?? false,
    author: found.user?.login ?? '',
    branch: requireText(found.head?.ref, 'the branch of a pull request'),
    head: requireText(found.head?.sha, 'the head of a pull request'),
    base: requireText(found.base?.ref, 'the base of a pull request'),
    labels: (found.labels ?? []).flatMap(({ name }) => name ?? []),
    assignees: loginsIn(found.assignees),
    reviewers: loginsIn(found.requested_reviewers),
    teams: (found.requested_teams ?? []).flatMap(({ slug }) => slug ?? []),
    autoMerge: (found.auto_merge ?? null) !== null,
    merged,
    mergeCommit: merged ? (found.merge_commit_sha ?? undefined) : undefined,
    mergeability: MERGEABILITIES.find((state) => state === found.mergeable_state) ?? 'unknown',
  };
}

export function loginsIn(accounts: readonly ({ readonly login?: string } | null)[] | null | undefined): string[] {
  return (accounts ?? []).flatMap((account) => account?.login ?? []);
}
