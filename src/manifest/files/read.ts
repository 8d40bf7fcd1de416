import { closeSync, fstatSync, readSync } from 'node:fs';
import { ActionError } from '../../core/error.ts';
import { describeFsError } from '../../files/fs-error.ts';
import { openRegularFile } from '../../files/regular-file.ts';

/** The largest manifests seen are generated CRD bundles of 10 MB. */
export const FILE_LIMIT = 32 * 1024 * 1024;

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export type FileRead =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'too-large'; readonly size: number };

/** Reads files one after another into the same buffer: each read overwrites the bytes of the last one. */
export class FileReader {
  #buffer = Buffer.allocUnsafeSlow(1024 * 1024);

  /** @throws ActionError `file-not-readable`. */
  read(path: string): FileRead {
    try {
      const { descriptor: file } = openRegularFile(path, { links: 'refuse' });
      try {
        return this.#readOpen(file);
      } finally {
        closeSync(file);
      }
    } catch (thrown) {
      throw new ActionError({
        code: 'file-not-readable',
        message: `${path} can't be read: ${describeFsError(thrown)}.`,
        remedy: 'Give the user that runs the job permission to read it, or exclude it from the search.',
        cause: thrown,
      });
    }
  }

  #readOpen(file: number): FileRead {
    let filled = 0;
    for (;;) {
      filled += readSync(file, this.#buffer, filled, this.#buffer.length - filled, null);
      // A regular file returns less than requested only at its end.
      if (filled < this.#buffer.length) return { kind: 'bytes', bytes: this.#buffer.subarray(0, filled) };
      const { size } = fstatSync(file);
      if (size > FILE_LIMIT) return { kind: 'too-large', size };
      this.#buffer = Buffer.concat([this.#buffer], Math.max(size + 1, filled * 2));
    }
  }
}

/** The text of a file, if encoding it gives the same bytes again; `undefined` for binary files and other encodings. */
export function decodeUtf8(bytes: Buffer): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return UTF8.decode(bytes);
  } catch {
    return undefined;
  }
}
