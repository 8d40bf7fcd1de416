import { chmodSync, chownSync, renameSync, rmSync, type Stats, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readRegularFile, UnusableFile } from '../../files/regular-file.ts';
import { stagedName } from '../../files/staging.ts';

/** A file whose new content lies in a temporary file next to it. */
export interface StagedFile {
  readonly path: string;
  readonly temporary: string;
  /** The content that the file must still have when it is replaced. */
  readonly before: Buffer;
}

/** A file no longer has the content that was read. The message is made to follow a colon. */
export class FileChanged extends Error {
  override readonly name = 'FileChanged';
}

/**
 * Writes the new content next to the file, with the file's mode and owner.
 * @throws FileChanged, and errors of the operating system. None of them leaves a temporary file.
 */
export function stageFile(path: string, before: Buffer, after: string): StagedFile {
  requireContent(path, before);
  const temporary = join(dirname(path), stagedName());
  try {
    writeFileSync(temporary, after, { flag: 'wx' });
    const { uid, gid, mode } = statSync(path);
    keepOwner(temporary, { uid, gid });
    chmodSync(temporary, mode);
  } catch (thrown) {
    rmSync(temporary, { force: true });
    throw thrown;
  }
  return { path, temporary, before };
}

/**
 * Replaces the file atomically, right after comparing it once more: what others wrote meanwhile isn't lost.
 * @throws FileChanged, and errors of the operating system.
 */
export function replaceByStaged({ path, temporary, before }: StagedFile): void {
  requireContent(path, before);
  renameSync(temporary, path);
}

/** @throws FileChanged */
export function requireContent(path: string, content: Buffer): void {
  let found: Buffer;
  try {
    found = readRegularFile(path, { links: 'refuse', limit: Number.MAX_SAFE_INTEGER });
  } catch (thrown) {
    if (thrown instanceof UnusableFile) throw new FileChanged(thrown.message);
    throw thrown;
  }
  if (!found.equals(content)) throw new FileChanged('its content is another one now');
}

/** In a job container, root edits the files of the runner's user. Who may not give files away is their owner already. */
function keepOwner(file: string, { uid, gid }: Pick<Stats, 'uid' | 'gid'>): void {
  const own = statSync(file);
  if (own.uid === uid && own.gid === gid) return;
  try {
    chownSync(file, uid, gid);
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM')) throw thrown;
  }
}
