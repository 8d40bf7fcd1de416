import type { Person } from './git.ts';

export interface Account {
  readonly id: number;
  readonly login: string;
  readonly type: 'User' | 'Bot' | 'Organization';
}

export type Access = 'read' | 'write';
export type Resource = 'contents' | 'pull_requests' | 'issues' | 'checks' | 'metadata' | 'administration';

/** Who asks, and what the asker may do. */
export interface Credential {
  readonly account: Account;
  /** `actions` is a workflow's own token, which a repository may forbid to open pull requests. */
  readonly kind: 'user' | 'app' | 'actions';
  readonly permissions: Readonly<Partial<Record<Resource, Access>>>;
  /** Full names; `undefined` reaches all. */
  readonly repositories: readonly string[] | undefined;
}

export type MergeMethod = 'merge' | 'squash' | 'rebase';

export interface Policies {
  readonly mergeMethods: readonly MergeMethod[];
  readonly autoMerge: boolean;
  readonly deleteBranchOnMerge: boolean;
  /** Approvals that the default branch asks for before a merge. */
  readonly requiredApprovals: number;
  /** Names of check runs that must have succeeded before a merge. */
  readonly requiredChecks: readonly string[];
  /** A branch must hold the newest commit of its base before it is merged. */
  readonly upToDate: boolean;
  /** Whether a workflow's own token may open pull requests. */
  readonly actionsMayOpenPullRequests: boolean;
  /** Entries after which a listed tree is cut. GitHub cuts at 100,000. */
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

export interface Pull {
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
  /** Where the base stood: now while it is open, at the end once it is closed. */
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
  /** The heads for which mergeability is known; GitHub works it out only after it was asked. */
  mergeabilityOf: string | undefined;
}

export function personOf(account: Account, at: number): Person {
  const local = `${account.id}+${account.login}`;
  return { name: account.login, email: `${local}@users.noreply.github.com`, at };
}

/** An answer that is a refusal: the status and body that GitHub gives. */
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
