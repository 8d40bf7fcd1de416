import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { ActionError, messageOf } from '../action/error.ts';

/** Files above this are no manifests that somebody wrote; 10 MB is the largest seen (generated CRD bundles). */
export const FILE_LIMIT = 32 * 1024 * 1024;

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export type Read =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'too-large'; readonly size: number };

/**
 * Reads a whole file, unless it is above the limit.
 * @throws ActionError `file-not-readable`.
 */
export function readBytes(path: string): Read {
  try {
    return readOpen(path);
  } catch (thrown) {
    throw new ActionError({
      code: 'file-not-readable',
      message: `A file can't be read: ${messageOf(thrown)}.`,
      remedy: 'Give the user that runs the job the right to read it, or leave it out with `paths`.',
      cause: thrown,
    });
  }
}

function readOpen(path: string): Read {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    if (size > FILE_LIMIT) return { kind: 'too-large', size };
    const bytes = Buffer.allocUnsafe(size);
    let filled = 0;
    while (filled < size) {
      const count = readSync(file, bytes, filled, size - filled, null);
      if (count === 0) break;
      filled += count;
    }
    return { kind: 'bytes', bytes: bytes.subarray(0, filled) };
  } finally {
    closeSync(file);
  }
}

/** The text of a file, such that encoding it gives the same bytes again; `undefined` for binary files and other encodings. */
export function decode(bytes: Buffer): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return UTF8.decode(bytes);
  } catch {
    return undefined;
  }
}
