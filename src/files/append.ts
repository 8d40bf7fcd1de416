import { closeSync, constants, fstatSync, ftruncateSync, openSync, writeFileSync } from 'node:fs';
import { UnusableFile } from './regular-file.ts';

/** Windows has neither flag. */
const { O_WRONLY, O_APPEND, O_CREAT, O_NONBLOCK = 0, O_NOFOLLOW = 0 } = constants;

/**
 * Appends to a file, or creates it: all of the text, or nothing. Never waits and follows no link: an earlier step may have put a named pipe or a link there.
 * @throws UnusableFile if it isn't a regular file, and the error of the operating system.
 */
export function appendToFile(path: string, text: string): void {
  const descriptor = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOFOLLOW, 0o666);
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw new UnusableFile('it is not a file');
    appendWhole(descriptor, text, stats.size);
  } finally {
    closeSync(descriptor);
  }
}

/** On a disk that becomes full, half a line would spoil the next one as well. */
function appendWhole(descriptor: number, text: string, size: number): void {
  try {
    writeFileSync(descriptor, text);
  } catch (thrown) {
    ftruncateSync(descriptor, size);
    throw thrown;
  }
}
