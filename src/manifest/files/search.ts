import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { ActionError } from '../../core/error.ts';
import { describeFsError } from '../../files/fs-error.ts';
import { globs } from '../../files/glob.ts';
import { walk } from '../../files/walk.ts';
import type { ManifestFile, Remark } from './manifest-file.ts';
import type { Prefilter } from './prefilter.ts';
import { decodeUtf8, FILE_LIMIT, FileReader } from './read.ts';

/** The folder that is searched. */
export interface SearchRoot {
  /** Absolute, with symbolic links resolved. */
  readonly folder: string;
  /** The Git top level that holds the folder, or the folder itself where there is none: file names are relative to it. */
  readonly top: string;
}

/** All bytes that one run reads at most. */
const TOTAL_LIMIT = 4 * 1024 ** 3;

/**
 * Opens the folder to search.
 * @throws ActionError `root-not-found`.
 */
export function openSearchRoot(cwd: string, root: string, input = 'root'): SearchRoot {
  const asked = resolve(cwd, root.replaceAll('\\', '/'));
  let folder: string;
  try {
    folder = realpathSync(asked);
    if (!statSync(folder).isDirectory()) throw new Error('it is not a folder');
  } catch (thrown) {
    throw new ActionError({
      code: 'root-not-found',
      message: `The folder to search (\`${input}\`), ${root}, can't be opened: ${describeFsError(thrown)}.`,
      remedy: 'Check out the repository before this step, and give the folder relative to the workspace.',
      cause: thrown,
    });
  }
  return { folder, top: gitTop(folder) ?? folder };
}

function gitTop(folder: string): string | undefined {
  if (existsSync(join(folder, '.git'))) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : gitTop(parent);
}

/** Files that can hold manifests. */
const MANIFESTS = globs(['**/*.{yaml,yml,json}', '**/Kustomization']);

/** GitHub's own files name images too, but to run workflows with; a job's token may not even change them. */
const OUTSIDE_GITHUB = globs(['!**/.github/**']);

/**
 * Which files under the root are searched: globs, or folders for the manifests below them. Other files than YAML and JSON only
 * where a glob says how they are called.
 */
export function fileSelector(paths: readonly string[]): (path: string) => boolean {
  const everything = (path: string) => MANIFESTS(path) && OUTSIDE_GITHUB(path);
  if (paths.length === 0) return everything;
  const chosen = pathMatcher(paths);
  const called = globs(paths.filter((path) => !path.startsWith('!') && !/(?:^|[\\/])\*+$/.test(path)));
  if (paths.every((path) => path.startsWith('!'))) return (path) => chosen(path) && everything(path);
  return (path) => chosen(path) && (MANIFESTS(path) || called(path));
}

/** What lines of `paths` name: the files that a glob matches, or all below a folder. */
export function pathMatcher(paths: readonly string[]): (path: string) => boolean {
  return globs(paths.flatMap((path) => [path, `${path.replace(/[\\/]+$/, '')}/**`]));
}

export interface SearchLog {
  /** Files that were read. */
  searched: number;
  readonly skipped: Remark[];
}

/** A text in an encoding of two bytes shows it here; whatever else holds a zero byte further on does not mention the names. */
const ENOUGH_TO_TELL = 1024;

/**
 * Reads the selected files, one after the other, and hands out those that may mention one of the names.
 * @param survey is filled on the way.
 * @throws ActionError `too-much-to-search`, `file-not-readable`.
 */
export function* searchFiles(
  root: SearchRoot,
  wanted: (path: string) => boolean,
  prefilter: Prefilter,
  survey: SearchLog,
): Generator<ManifestFile & { readonly path: string }> {
  const { files, strayLinks } = walk(root.folder, wanted);
  const prefix = relative(root.top, root.folder).split(sep).join('/');
  const named = (file: string) => (prefix === '' ? file : `${prefix}/${file}`);
  const skip = (file: string, reason: string) => survey.skipped.push({ file: named(file), line: 1, reason });
  for (const link of strayLinks) skip(link, 'is a symbolic link that leads out of the searched folder, or nowhere');
  const reader = new FileReader();
  let total = 0;
  for (const file of files) {
    const path = `${root.folder}/${file}`;
    const read = reader.read(path);
    if (read.kind === 'too-large') {
      skip(
        file,
        `is too large for a manifest (${Math.round(read.size / 1e6)} MB, the limit is ${Math.floor(FILE_LIMIT / 1e6)} MB)`,
      );
      continue;
    }
    const { bytes } = read;
    survey.searched++;
    total += bytes.length;
    if (total > TOTAL_LIMIT) throw tooMuch(root);
    const mentioned = prefilter.mayMatchBytes(bytes);
    if (!mentioned && !bytes.subarray(0, ENOUGH_TO_TELL).includes(0)) continue;
    const text = decodeUtf8(bytes);
    if (text === undefined) skip(file, 'is not UTF-8 text');
    else if (mentioned) yield { file: named(file), path, text };
  }
}

function tooMuch({ folder }: SearchRoot): ActionError {
  return new ActionError({
    code: 'too-much-to-search',
    message: `The files under ${folder} hold more than ${TOTAL_LIMIT / 1024 ** 3} GiB.`,
    remedy: 'Name the folders of the manifests with `paths`.',
  });
}
