import { createHash } from 'node:crypto';
import { type FileEdit, type ListedFile, listPaths } from '../../../github/repository/files.ts';
import { type CommitComparison, type ComparedCommit, compareCommits } from '../../../github/repository/history.ts';
import { editedOid } from '../change/desired-state.ts';
import type { GitOpsSession } from '../session.ts';

/**
 * The message of a commit with the two lines by which our own commits are known from those of others: what they belong to, and what
 * they write. A person who amends such a commit keeps the lines, but not the files.
 */
export function withTrailers(message: string, identity: string, edits: readonly FileEdit[]): string {
  const written = edits.map(({ path, after }): Written => {
    const oid = editedOid(after);
    return [path, after === undefined || oid === undefined ? undefined : { mode: after.mode, oid }];
  });
  return `${message.trim()}\n\n${changeLine(identity)}\n${filesLine(written)}\n`;
}

/** The ids of those commits that this action made for this change and that nobody has altered since. */
export async function ownCommits(
  session: GitOpsSession,
  { commits, mergeBase, paths }: CommitComparison,
): Promise<ReadonlySet<string>> {
  const own = new Set<string>();
  for (const commit of commits) {
    const alone = commits.length === 1 && commit.parents[0] === mergeBase;
    if (await isOwn(session, commit, alone ? paths : undefined)) own.add(commit.oid);
  }
  return own;
}

/** Whether a commit brings only what this action made: left by a run that was cut off. */
export async function isLeftover(session: GitOpsSession, parent: string, commit: string): Promise<boolean> {
  const comparison = await compareCommits(session.github, session.repository, parent, commit);
  return comparison.ahead === (await ownCommits(session, comparison)).size;
}

type Written = readonly [path: string, file: ListedFile | undefined];

/** @param paths what it changes, where that is known. */
async function isOwn(
  { github, repository, identity }: GitOpsSession,
  { oid, message, parents }: ComparedCommit,
  paths: readonly string[] | undefined,
): Promise<boolean> {
  const lines = message.split(/\r?\n/);
  const [parent, ...others] = parents;
  if (parent === undefined || others.length > 0 || !lines.includes(changeLine(identity))) return false;
  const changed = paths ?? (await compareCommits(github, repository, parent, oid)).paths;
  return lines.includes(filesLine([...(await listPaths(github, repository, oid, changed))]));
}

function changeLine(identity: string): string {
  return `GitOps-Change: ${identity}`;
}

function filesLine(written: readonly Written[]): string {
  const hash = createHash('sha256');
  const sorted = [...written].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [path, file] of sorted) hash.update(`${path}\0${file?.mode ?? ''}\0${file?.oid ?? ''}\n`);
  return `GitOps-Files: ${hash.digest('hex').slice(0, 40)}`;
}
