import { relative, sep } from 'node:path';
import { ActionError } from '../../core/error.ts';
import { walk } from '../../files/walk.ts';
import type { ManifestFile, Remark } from './manifest-file.ts';
import type { Prefilter } from './prefilter.ts';
import { decodeUtf8, FILE_LIMIT, FileReader } from './read.ts';
import type { SearchRoot } from './root.ts';

/** Where to search. */
export interface SearchScope {
  readonly root: SearchRoot;
  /** Whether to search a file, by its path relative to the root. */
  readonly selects: (path: string) => boolean;
}

/** What a search did so far. */
export interface SearchLog {
  /** How many files were read. */
  searched: number;
  readonly skipped: Remark[];
}

export interface SearchedFile extends ManifestFile {
  /** Absolute path. */
  readonly path: string;
}

/** One run reads at most this many bytes. */
const TOTAL_LIMIT = 4 * 1024 ** 3;

/** UTF-16 text has a zero byte here. A file with a zero byte only further on doesn't contain the names, so it isn't worth a remark. */
const ENCODING_PROBE = 1024;

/**
 * Reads the selected files one after another and yields those that pass the prefilter.
 * @param log is updated during the search.
 * @throws ActionError `too-much-to-search`, `file-not-readable`.
 */
export function* searchFiles(
  { root, selects }: SearchScope,
  prefilter: Prefilter,
  log: SearchLog,
): Generator<SearchedFile> {
  const { files, strayLinks, foreign } = walk(root.folder, selects);
  const prefix = relative(root.top, root.folder).split(sep).join('/');
  const fromTop = (file: string) => (prefix === '' ? file : `${prefix}/${file}`);
  const skip = (file: string, reason: string) => log.skipped.push({ file: fromTop(file), line: 1, reason });
  for (const link of strayLinks) skip(link, 'is a symbolic link that leads out of the searched folder, or nowhere');
  for (const { escaped } of foreign) skip(escaped, 'has a name that is not UTF-8');
  const reader = new FileReader();
  let total = 0;
  for (const file of files) {
    const path = `${root.folder}/${file}`;
    const read = reader.read(path);
    if (read.kind === 'too-large') {
      const [size, limit] = [Math.round(read.size / 1e6), Math.floor(FILE_LIMIT / 1e6)];
      skip(file, `is too large for a manifest (${size} MB, the limit is ${limit} MB)`);
      continue;
    }
    const { bytes } = read;
    log.searched++;
    total += bytes.length;
    if (total > TOTAL_LIMIT) throw tooMuch(root);
    const mayMatch = prefilter.mayMatchBytes(bytes);
    if (!mayMatch && !bytes.subarray(0, ENCODING_PROBE).includes(0)) continue;
    const text = decodeUtf8(bytes);
    if (text === undefined) skip(file, 'is not UTF-8 text');
    else if (mayMatch) yield { file: fromTop(file), path, text };
  }
}

function tooMuch({ folder }: SearchRoot): ActionError {
  return new ActionError({
    code: 'too-much-to-search',
    message: `The files under ${folder} have more than ${TOTAL_LIMIT / 1024 ** 3} GiB.`,
    remedy: 'Search only the folders of the manifests.',
  });
}
