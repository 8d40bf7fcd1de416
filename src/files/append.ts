import { closeSync, constants, fstatSync, openSync, writeFileSync } from 'node:fs';
import { UnusableFile } from './regular-file.ts';

/** Windows has neither flag. */
const { O_WRONLY, O_APPEND, O_CREAT, O_NONBLOCK = 0, O_NOFOLLOW = 0 } = constants;

/**
 * Appends to a file, or creates it. Never waits and follows no link: an earlier step may have put a named pipe or a link there.
 * @throws UnusableFile if it isn't a regular file, and the error of the operating system.
 */
export function appendToFile(path: string, text: string): void {
  const descriptor = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOFOLLOW, 0o666);
  try {
    if (!fstatSync(descriptor).isFile()) throw new UnusableFile('it is not a file');
    writeFileSync(descriptor, text);
  } finally {
    closeSync(descriptor);
  }
}
