import { ActionError } from '../core/error.ts';
import { describeFsError } from './fs-error.ts';

/** What these say is true of the machine. They come wherever a file is written, so not every place expects them. */
const CODES = ['EACCES', 'EDQUOT', 'EFBIG', 'EIO', 'EMFILE', 'ENFILE', 'ENOSPC', 'EPERM', 'EROFS'];

/** The error of a file system that takes no more, which is no bug of the action; any other value as it is. */
export function explainMachineFailure(thrown: unknown): unknown {
  if (!(thrown instanceof Error) || !('code' in thrown && 'syscall' in thrown)) return thrown;
  if (thrown instanceof ActionError || !CODES.includes(String(thrown.code))) return thrown;
  const path = 'path' in thrown ? ` of ${thrown.path}` : '';
  return new ActionError({
    code: 'file-system-failed',
    message: `The runner's file system refused "${thrown.syscall}"${path}: ${describeFsError(thrown)}.`,
    remedy:
      "Free disk space on the runner, or give the job's user the right to the file. Then run the job again: every step can be repeated safely.",
    cause: thrown,
  });
}
