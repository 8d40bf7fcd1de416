import type { GitHub } from '../api/client.ts';
import { requireList, requireNumber, requireText } from '../api/response-fields.ts';
import type { ResponseTo } from '../api/routes.ts';
import { listFiles } from './files.ts';
import type { GitHubRepository } from './repository.ts';

export interface ComparedCommit {
  readonly oid: string;
  readonly message: string;
  /** The author's login, or the name if GitHub knows no login. */
  readonly author: string;
  readonly parents: readonly string[];
}

export interface CommitComparison {
  readonly mergeBase: string;
  /** Commits of `to` that `from` lacks. */
  readonly ahead: number;
  /** Those commits, oldest first; at most 250. */
  readonly commits: readonly ComparedCommit[];
  /** Paths of the files that differ between the merge base and `to`; a renamed file has two. */
  readonly paths: readonly string[];
}

const COMPARE = 'GET /repos/{owner}/{repo}/compare/{basehead}';
type Compared = ResponseTo<typeof COMPARE>;

const PAGE = 100;
const MOST_COMMITS = 250;
/** GitHub lists at most this many changed files. */
const MOST_LISTED_FILES = 300;

/** What `to` has changed since its merge base with `from`. @param to a commit */
export async function compareCommits(
  github: GitHub,
  repository: GitHubRepository,
  from: string,
  to: string,
): Promise<CommitComparison> {
  const basehead = `${from}...${to}`;
  const page = (number: number) =>
    github.get(COMPARE, { ...repository.routeParams, basehead, per_page: PAGE, page: number }, 'contents: read');
  const found = await page(1);
  const mergeBase = requireText(found.merge_base_commit?.sha, 'the merge base of a comparison');
  const ahead = requireNumber(found.ahead_by, 'the number of commits of a comparison');
  const commits = commitsIn(found);
  for (let number = 2; commits.length < Math.min(ahead, MOST_COMMITS); number++) {
    const more = commitsIn(await page(number));
    if (more.length === 0) break;
    for (const commit of more) commits.push(commit);
  }
  const files = requireList(found.files, 'the files of a comparison');
  const paths =
    files.length < MOST_LISTED_FILES ? files.flatMap(pathsOf) : await differingPaths(github, repository, mergeBase, to);
  return { mergeBase, ahead, commits: commits.slice(0, MOST_COMMITS), paths };
}

/** Finds all differing paths by listing both commits. */
async function differingPaths(
  github: GitHub,
  repository: GitHubRepository,
  from: string,
  to: string,
): Promise<string[]> {
  const [before, after] = [await listFiles(github, repository, from), await listFiles(github, repository, to)];
  return [...new Set([...before.keys(), ...after.keys()])].filter((path) => {
    const [old, now] = [before.get(path), after.get(path)];
    return old?.oid !== now?.oid || old?.mode !== now?.mode;
  });
}

function commitsIn({ commits }: Compared): ComparedCommit[] {
  return requireList(commits, 'the commits of a comparison').map(({ sha, commit, author, parents }) => ({
    oid: requireText(sha, 'the id of a commit'),
    message: commit?.message ?? '',
    author: author?.login ?? commit?.author?.name ?? 'unknown',
    parents: parentsIn(parents),
  }));
}

function pathsOf({ filename, status, previous_filename: previous }: NonNullable<Compared['files']>[number]): string[] {
  const path = requireText(filename, 'the path of a changed file');
  return status === 'renamed' && previous !== undefined ? [path, previous] : [path];
}

export interface Commit {
  readonly oid: string;
  readonly message: string;
  readonly parents: readonly string[];
  /** ISO 8601. A rebase keeps it. */
  readonly authoredAt: string;
}

/** @returns `undefined` if the repository has no such commit. */
export async function readCommit(
  github: GitHub,
  repository: GitHubRepository,
  commit: string,
): Promise<Commit | undefined> {
  const found = await github.find(
    'GET /repos/{owner}/{repo}/git/commits/{commit_sha}',
    { ...repository.routeParams, commit_sha: commit },
    'contents: read',
  );
  if (found === undefined) return undefined;
  return {
    oid: requireText(found.sha, 'the id of a commit'),
    message: found.message ?? '',
    parents: parentsIn(found.parents),
    authoredAt: found.author?.date ?? '',
  };
}

/** The commits of a pull request (at most 250), oldest first. */
export async function pullCommits(github: GitHub, repository: GitHubRepository, number: number): Promise<Commit[]> {
  const found = await github.list(
    'GET /repos/{owner}/{repo}/pulls/{pull_number}/commits',
    { ...repository.routeParams, pull_number: number },
    'pull-requests: read',
    (page) => page,
  );
  return found.map(({ sha, commit, parents }) => ({
    oid: requireText(sha, 'the id of a commit'),
    message: commit?.message ?? '',
    parents: parentsIn(parents),
    authoredAt: commit?.author?.date ?? '',
  }));
}

function parentsIn(parents: readonly { readonly sha?: string }[] | undefined): string[] {
  return requireList(parents, 'the parents of a commit').map(({ sha }) => requireText(sha, 'the id of a parent'));
}
