import { createHash } from 'node:crypto';
import type { GitHub } from '../../../github/api/client.ts';
import { blobOid, type FileEdit, type RepositoryFile, readFiles } from '../../../github/repository/files.ts';
import type { GitHubRepository } from '../../../github/repository/repository.ts';

/** The files of one commit, read on demand. */
export interface Snapshot {
  readonly commit: string;
  read(paths: readonly string[]): Promise<ReadonlyMap<string, RepositoryFile | undefined>>;
}

export function snapshotOf(github: GitHub, repository: GitHubRepository, commit: string): Snapshot {
  return { commit, read: (paths) => readFiles(github, repository, commit, paths) };
}

/** A file before and after the change. */
export interface DesiredFile extends FileEdit {
  readonly before: RepositoryFile | undefined;
}

/** The desired state of the base, as differences from its current state. */
export interface DesiredState {
  /** Only files that really differ from the base. */
  readonly edits: readonly DesiredFile[];
  /** A hash of the desired contents. It doesn't depend on which of them the base has already. */
  readonly fingerprint: string;
}

/** Computes the desired state for a base. It is called again each time the base has moved. */
export type ChangeSource = (base: Snapshot) => Promise<DesiredState>;

/** @param files with their desired contents, including those that the base has already. */
export function desiredState(files: readonly DesiredFile[]): DesiredState {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const hash = createHash('sha256');
  for (const { path, after } of sorted) hash.update(`${path}\0${editedOid(after) ?? ''}\0${after?.mode ?? ''}\n`);
  return {
    edits: sorted.filter(({ before, after }) => !sameFile(before, after)),
    fingerprint: hash.digest('hex').slice(0, 16),
  };
}

/** What happens to a file, for logs and tables. */
export function editKind({ before, after }: DesiredFile): 'added' | 'removed' | 'changed' {
  if (before === undefined) return 'added';
  return after === undefined ? 'removed' : 'changed';
}

/** Git's object id of the new content; `undefined` if the file is removed. */
export function editedOid(after: FileEdit['after']): string | undefined {
  return after === undefined ? undefined : blobOid(after.content);
}

export function sameFile(file: RepositoryFile | undefined, after: FileEdit['after']): boolean {
  return file?.oid === editedOid(after) && file?.mode === after?.mode;
}
