import type { Person } from './git-output.ts';

export interface Account {
  readonly id: number;
  readonly login: string;
  readonly type: 'User' | 'Bot' | 'Organization';
}

export type Access = 'read' | 'write';
export type Resource = 'contents' | 'pull_requests' | 'issues' | 'checks' | 'metadata' | 'administration';

/** The account behind a token, and its permissions. */
export interface Credential {
  readonly account: Account;
  /** `actions`: a workflow's own token. A repository can forbid it to open pull requests. */
  readonly kind: 'user' | 'app' | 'actions';
  readonly permissions: Readonly<Partial<Record<Resource, Access>>>;
  /** Full names of the accessible repositories; `undefined` for all. */
  readonly repositories: readonly string[] | undefined;
}

export type MergeMethod = 'merge' | 'squash' | 'rebase';

export interface Policies {
  readonly mergeMethods: readonly MergeMethod[];
  readonly autoMerge: boolean;
  readonly deleteBranchOnMerge: boolean;
  /** Approvals required before a merge. */
  readonly requiredApprovals: number;
  /** Names of check runs that must succeed before a merge. */
  readonly requiredChecks: readonly string[];
  /** Require branches to be up to date with their base before merging. */
  readonly upToDate: boolean;
  /** Whether a workflow's own token may open pull requests. */
  readonly actionsMayOpenPullRequests: boolean;
  /** Longer tree listings are truncated. GitHub's limit is 100,000. */
  readonly treeLimit: number;
}

export interface Review {
  readonly id: number;
  readonly account: Account;
  readonly state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED';
  readonly commit: string;
  readonly at: number;
}

export interface CheckRun {
  readonly id: number;
  readonly name: string;
  readonly status: 'queued' | 'in_progress' | 'completed';
  readonly conclusion: 'success' | 'failure' | 'neutral' | 'cancelled' | 'skipped' | null;
}

export interface Label {
  readonly id: number;
  readonly name: string;
}

export interface FakePull {
  readonly id: number;
  readonly number: number;
  readonly author: Account;
  readonly createdAt: number;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  draft: boolean;
  head: string;
  headSha: string;
  base: string;
  /** The head of the base: the current one while the pull request is open, then the last one. */
  baseSha: string;
  updatedAt: number;
  closedAt: number | undefined;
  merged: { readonly at: number; readonly by: Account; readonly sha: string } | undefined;
  autoMerge: { readonly by: Account; readonly method: MergeMethod; readonly at: number } | undefined;
  labels: readonly Label[];
  assignees: readonly Account[];
  reviewers: readonly Account[];
  teams: readonly string[];
  reviews: readonly Review[];
  comments: readonly { readonly id: number; readonly account: Account; readonly body: string; readonly at: number }[];
  /** The heads for which mergeability is known. GitHub only computes it after the first request. */
  mergeabilityOf: string | undefined;
}

export function personOf(account: Account, at: number): Person {
  const local = `${account.id}+${account.login}`;
  return { name: account.login, email: `${local}@users.noreply.github.com`, at };
}

/** An error response, with GitHub's status and body. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly errors: readonly object[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    more: { readonly errors?: readonly object[]; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.status = status;
    this.errors = more.errors;
    this.headers = more.headers ?? {};
  }
}

export function notFound(): Refusal {
  return new Refusal(404, 'Not Found');
}

export function validationFailed(...errors: readonly object[]): Refusal {
  return new Refusal(422, 'Validation Failed', { errors });
}

/** What a new repository allows. */
export const DEFAULT_POLICIES: Policies = {
  mergeMethods: ['merge', 'squash', 'rebase'],
  autoMerge: true,
  deleteBranchOnMerge: false,
  requiredApprovals: 0,
  requiredChecks: [],
  upToDate: false,
  actionsMayOpenPullRequests: true,
  treeLimit: 100_000,
};
