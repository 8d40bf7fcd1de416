import { messageOf } from '../core/error.ts';

/** Texts for the error codes (errno) of the operating system. */
const REASONS: Readonly<Record<string, string>> = {
  EAGAIN: 'nothing can be read from it now',
  EACCES: "permission denied for the job's user",
  EBUSY: 'something else uses it',
  EDQUOT: 'the disk quota of the user is used up',
  EFBIG: 'the file system takes no file of this size',
  EIO: 'the disk reports an error',
  EISDIR: 'it is a folder',
  ELOOP: 'it is a symbolic link, or its symbolic links form a loop',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'its path is too long',
  ENOENT: 'no such file or folder',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of its path is a file, not a folder',
  ENXIO: 'it is a pipe, a socket or a device, not a file',
  EPERM: "permission denied for the job's user",
  EROFS: 'the file system is read-only',
  EXDEV: 'it lies on another file system',
};

/** Describes why a file or folder can't be used; follows a colon. */
export function describeFsError(thrown: unknown): string {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  return REASONS[code] ?? messageOf(thrown);
}
