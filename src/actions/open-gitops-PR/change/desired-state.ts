import { createHash } from 'node:crypto';
import type { GitHub } from '../../../github/api/client.ts';
import { blobOid, type FileEdit, type RepositoryFile, readFiles } from '../../../github/repository/files.ts';
import type { GitHubRepository } from '../../../github/repository/repository.ts';

/** The files of one commit, read when they are asked for. */
export interface Snapshot {
  readonly commit: string;
  read(paths: readonly string[]): Promise<ReadonlyMap<string, RepositoryFile | undefined>>;
}

export function snapshotOf(github: GitHub, repository: GitHubRepository, commit: string): Snapshot {
  return { commit, read: (paths) => readFiles(github, repository, commit, paths) };
}

/** A file as it is and as it shall be. */
export interface EditedFile extends FileEdit {
  readonly before: RepositoryFile | undefined;
}

/** What the base shall become. */
export interface DesiredState {
  /** Only real differences from the base. */
  readonly edits: readonly EditedFile[];
  /** The same for the same wanted contents, whether the base has them already or not. */
  readonly fingerprint: string;
}

/** Where the change comes from; asked anew whenever the base has moved. */
export type ChangeSource = (base: Snapshot) => Promise<DesiredState>;

/** Sorts what was wanted into differences and what is there already. */
export function desiredState(wanted: readonly EditedFile[]): DesiredState {
  const sorted = [...wanted].sort((a, b) => (a.path < b.path ? -1 : 1));
  const hash = createHash('sha256');
  for (const { path, after } of sorted) hash.update(`${path}\0${editedOid(after) ?? ''}\0${after?.mode ?? ''}\n`);
  return {
    edits: sorted.filter(({ before, after }) => !sameFile(before, after)),
    fingerprint: hash.digest('hex').slice(0, 16),
  };
}

/** Git's id of the content that a file shall have; `undefined` where it shall go. */
export function editedOid(after: FileEdit['after']): string | undefined {
  return after === undefined ? undefined : blobOid(after.content);
}

export function sameFile(file: RepositoryFile | undefined, after: FileEdit['after']): boolean {
  return file?.oid === editedOid(after) && file?.mode === after?.mode;
}
