import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { ActionError, messageOf } from '../../core/error.ts';

/** Files above this are no manifests that somebody wrote; 10 MB is the largest seen (generated CRD bundles). */
export const FILE_LIMIT = 32 * 1024 * 1024;

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export type FileRead =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'too-large'; readonly size: number };

/** Reads files one after the other into the same memory: what one read gives is gone with the next. */
export class FileReader {
  #memory = Buffer.allocUnsafeSlow(1024 * 1024);

  /** @throws ActionError `file-not-readable`. */
  read(path: string): FileRead {
    try {
      const file = openSync(path, 'r');
      try {
        return this.#readOpen(file);
      } finally {
        closeSync(file);
      }
    } catch (thrown) {
      throw new ActionError({
        code: 'file-not-readable',
        message: `A file can't be read: ${messageOf(thrown)}.`,
        remedy: 'Give the user that runs the job the right to read it, or leave it out with `paths`.',
        cause: thrown,
      });
    }
  }

  #readOpen(file: number): FileRead {
    let filled = 0;
    for (;;) {
      filled += readSync(file, this.#memory, filled, this.#memory.length - filled, null);
      // A regular file gives less than asked only at its end.
      if (filled < this.#memory.length) return { kind: 'bytes', bytes: this.#memory.subarray(0, filled) };
      const { size } = fstatSync(file);
      if (size > FILE_LIMIT) return { kind: 'too-large', size };
      this.#memory = Buffer.concat([this.#memory], Math.max(size + 1, filled * 2));
    }
  }
}

/** The text of a file, such that encoding it gives the same bytes again; `undefined` for binary files and other encodings. */
export function decodeUtf8(bytes: Buffer): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return UTF8.decode(bytes);
  } catch {
    return undefined;
  }
}
