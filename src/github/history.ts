import { listAt, numberAt, stringAt } from '../json/json.ts';
import { type GitHub, inPath } from './client.ts';
import type { Repository } from './repository.ts';

export interface CommitFacts {
  readonly oid: string;
  readonly message: string;
  /** Who wrote it: a login where GitHub knows one, else a name. */
  readonly author: string;
  readonly parents: readonly string[];
}

export interface ChangedFile {
  readonly path: string;
  /** The blob after the change; `undefined` for a removed file. */
  readonly oid: string | undefined;
}

export interface Comparison {
  readonly mergeBase: string;
  /** Commits of `to` that `from` lacks. */
  readonly ahead: number;
  /** Those commits, oldest first; at most 250. */
  readonly commits: readonly CommitFacts[];
  /** What changed between the merge base and `to`; a renamed file counts twice. */
  readonly files: readonly ChangedFile[];
  /** There are more files than GitHub lists. */
  readonly filesCut: boolean;
}

const LISTED_FILES = 300;

/** What `to` has over the last commit that it shares with `from`. */
export async function compareCommits(
  github: GitHub,
  repository: Repository,
  from: string,
  to: string,
): Promise<Comparison> {
  const path = `${repository.path}/compare/${inPath(from)}...${inPath(to)}?per_page=250`;
  const found = await github.get(path, 'contents: read');
  return {
    mergeBase: stringAt(found, 'merge_base_commit', 'sha') ?? '',
    ahead: numberAt(found, 'ahead_by') ?? 0,
    commits: listAt(found, 'commits').map(factsOf),
    files: listAt(found, 'files').flatMap(changedFilesOf),
    filesCut: listAt(found, 'files').length >= LISTED_FILES,
  };
}

function factsOf(commit: unknown): CommitFacts {
  return {
    oid: stringAt(commit, 'sha') ?? '',
    message: stringAt(commit, 'commit', 'message') ?? '',
    author: stringAt(commit, 'author', 'login') ?? stringAt(commit, 'commit', 'author', 'name') ?? 'unknown',
    parents: parentsIn(commit),
  };
}

function changedFilesOf(file: unknown): ChangedFile[] {
  const path = stringAt(file, 'filename') ?? '';
  const status = stringAt(file, 'status');
  const changed = { path, oid: status === 'removed' ? undefined : stringAt(file, 'sha') };
  const previous = status === 'renamed' ? stringAt(file, 'previous_filename') : undefined;
  return previous === undefined ? [changed] : [changed, { path: previous, oid: undefined }];
}

export interface Commit {
  readonly oid: string;
  readonly message: string;
  readonly parents: readonly string[];
  /** ISO 8601; a rebase keeps it. */
  readonly authoredAt: string;
}

/** @returns `undefined` where the repository has no such commit. */
export async function readCommit(github: GitHub, repository: Repository, commit: string): Promise<Commit | undefined> {
  const found = await github.find(`${repository.path}/git/commits/${encodeURIComponent(commit)}`, 'contents: read');
  const oid = stringAt(found, 'sha');
  if (oid === undefined) return undefined;
  return {
    oid,
    message: stringAt(found, 'message') ?? '',
    parents: parentsIn(found),
    authoredAt: stringAt(found, 'author', 'date') ?? '',
  };
}

/** The commits that a pull request brings (its first 250), oldest first. */
export async function pullCommits(github: GitHub, repository: Repository, number: number): Promise<Commit[]> {
  const found = await github.list(`${repository.path}/pulls/${number}/commits`, 'pull-requests: read');
  return found.map((commit) => ({
    oid: stringAt(commit, 'sha') ?? '',
    message: stringAt(commit, 'commit', 'message') ?? '',
    parents: parentsIn(commit),
    authoredAt: stringAt(commit, 'commit', 'author', 'date') ?? '',
  }));
}

function parentsIn(commit: unknown): string[] {
  return listAt(commit, 'parents').flatMap((parent) => stringAt(parent, 'sha') ?? []);
}
