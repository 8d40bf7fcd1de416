import { messageOf } from '../core/error.ts';

/** What the operating system's refusals mean (errno). */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'the user of the job lacks the right',
  EISDIR: 'it is a folder',
  ELOOP: 'its symbolic links lead in a circle',
  ENOENT: 'there is no such file or folder',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of its path is a file',
  EPERM: 'the user of the job lacks the right',
  EROFS: 'the file system is read-only',
};

/** Why a file or folder could not be used, to stand after a colon. */
export function describeFsError(thrown: unknown): string {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  return REASONS[code] ?? messageOf(thrown);
}
