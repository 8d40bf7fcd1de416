import { createHash } from 'node:crypto';
import { type FileEdit, type ListedFile, listPaths } from '../../../github/repository/files.ts';
import { type CommitComparison, type ComparedCommit, compareCommits } from '../../../github/repository/history.ts';
import { editedOid } from '../change/desired-state.ts';
import type { GitOpsSession } from '../session/session.ts';

/**
 * Adds two trailers to a commit message, by which this action recognizes its own commits: what the commit belongs to, and a hash of the
 * files that it writes. If a person amends the commit, the hash no longer matches.
 */
export function withTrailers(message: string, identity: string, edits: readonly FileEdit[]): string {
  const files = edits.map(({ path, after }): CommittedFile => {
    const oid = editedOid(after);
    return [path, after === undefined || oid === undefined ? undefined : { mode: after.mode, oid }];
  });
  return `${message.trim()}\n\n${changeTrailer(identity)}\n${filesTrailer(files)}\n`;
}

/** The ids of the commits that this action made for this change and that nobody has altered since. */
export async function ownCommits(
  session: GitOpsSession,
  { commits, mergeBase, paths }: CommitComparison,
): Promise<ReadonlySet<string>> {
  const own = new Set<string>();
  for (const commit of commits) {
    const isOnly = commits.length === 1 && commit.parents[0] === mergeBase;
    if (await isOwn(session, commit, isOnly ? paths : undefined)) own.add(commit.oid);
  }
  return own;
}

/** Whether only commits of this action lie between a parent and a commit: an interrupted run left them. */
export async function isLeftover(session: GitOpsSession, parent: string, commit: string): Promise<boolean> {
  const comparison = await compareCommits(session.github, session.repository, parent, commit);
  return comparison.ahead === (await ownCommits(session, comparison)).size;
}

type CommittedFile = readonly [path: string, file: ListedFile | undefined];

/** @param paths the files that the commit changes, if they are known. */
async function isOwn(
  { github, repository, identity }: GitOpsSession,
  { oid, message, parents }: ComparedCommit,
  paths: readonly string[] | undefined,
): Promise<boolean> {
  const lines = message.split(/\r?\n/);
  const [parent, ...others] = parents;
  if (parent === undefined || others.length > 0 || !lines.includes(changeTrailer(identity))) return false;
  const changed = paths ?? (await compareCommits(github, repository, parent, oid)).paths;
  return lines.includes(filesTrailer([...(await listPaths(github, repository, oid, changed))]));
}

/** The name of a branch may hold `@login` or `#1`, which would have an effect in a commit message. */
function changeTrailer(identity: string): string {
  const inert = identity.toWellFormed().replace(/[@#\p{C}]/gu, encodeURIComponent);
  return `GitOps-Change: ${inert}`;
}

function filesTrailer(files: readonly CommittedFile[]): string {
  const hash = createHash('sha256');
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [path, file] of sorted) hash.update(`${path}\0${file?.mode ?? ''}\0${file?.oid ?? ''}\n`);
  return `GitOps-Files: ${hash.digest('hex').slice(0, 40)}`;
}
