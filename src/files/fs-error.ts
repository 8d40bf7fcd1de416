import { messageOf } from '../core/error.ts';

/** Texts for the error codes (errno) of the operating system. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied for the job's user",
  EISDIR: 'it is a folder',
  ELOOP: 'its symbolic links form a loop',
  ENOENT: 'no such file or folder',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EPERM: "permission denied for the job's user",
  EROFS: 'the file system is read-only',
};

/** Describes why a file or folder can't be used; follows a colon. */
export function describeFsError(thrown: unknown): string {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  return REASONS[code] ?? messageOf(thrown);
}
