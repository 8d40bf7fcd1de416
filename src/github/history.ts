import { listAt, numberAt, stringAt } from '../json/json.ts';
import type { GitHub } from './client.ts';
import { listFiles } from './files.ts';
import { inPath } from './pages.ts';
import type { Repository } from './repository.ts';

export interface CommitFacts {
  readonly oid: string;
  readonly message: string;
  /** Who wrote it: a login where GitHub knows one, else a name. */
  readonly author: string;
  readonly parents: readonly string[];
}

export interface Comparison {
  readonly mergeBase: string;
  /** Commits of `to` that `from` lacks. */
  readonly ahead: number;
  /** Those commits, oldest first; at most 250. */
  readonly commits: readonly CommitFacts[];
  /** Of the files that differ between the merge base and `to`; a renamed file has two. */
  readonly paths: readonly string[];
}

const PAGE = 100;
const MOST_COMMITS = 250;
/** GitHub lists no more changed files than that. */
const LISTED_FILES = 300;

/** What `to` has over the last commit that it shares with `from`. @param to a commit */
export async function compareCommits(
  github: GitHub,
  repository: Repository,
  from: string,
  to: string,
): Promise<Comparison> {
  const page = (number: number) => {
    const path = `${repository.path}/compare/${inPath(from)}...${inPath(to)}?per_page=${PAGE}&page=${number}`;
    return github.get(path, 'contents: read');
  };
  const found = await page(1);
  const mergeBase = stringAt(found, 'merge_base_commit', 'sha') ?? '';
  const ahead = numberAt(found, 'ahead_by') ?? 0;
  const commits = listAt(found, 'commits').map(factsOf);
  for (let number = 2; commits.length < Math.min(ahead, MOST_COMMITS); number++) {
    const more = listAt(await page(number), 'commits').map(factsOf);
    if (more.length === 0) break;
    commits.push(...more);
  }
  const files = listAt(found, 'files');
  const paths =
    files.length < LISTED_FILES ? files.flatMap(pathsOf) : await differingPaths(github, repository, mergeBase, to);
  return { mergeBase, ahead, commits: commits.slice(0, MOST_COMMITS), paths };
}

/** As many as there are, by two whole listings. */
async function differingPaths(github: GitHub, repository: Repository, from: string, to: string): Promise<string[]> {
  const [before, after] = [await listFiles(github, repository, from), await listFiles(github, repository, to)];
  return [...new Set([...before.keys(), ...after.keys()])].filter((path) => {
    const [old, now] = [before.get(path), after.get(path)];
    return old?.oid !== now?.oid || old?.mode !== now?.mode;
  });
}

function factsOf(commit: unknown): CommitFacts {
  return {
    oid: stringAt(commit, 'sha') ?? '',
    message: stringAt(commit, 'commit', 'message') ?? '',
    author: stringAt(commit, 'author', 'login') ?? stringAt(commit, 'commit', 'author', 'name') ?? 'unknown',
    parents: parentsIn(commit),
  };
}

function pathsOf(file: unknown): string[] {
  const path = stringAt(file, 'filename') ?? '';
  const previous = stringAt(file, 'status') === 'renamed' ? stringAt(file, 'previous_filename') : undefined;
  return previous === undefined ? [path] : [path, previous];
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
