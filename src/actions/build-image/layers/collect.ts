import { createReadStream, type Stats } from 'node:fs';
import { lstat, readdir, readlink, realpath, stat } from 'node:fs/promises';
import { basename, join, posix, relative, sep } from 'node:path';
import { ActionError } from '../../../core/error.ts';
import { foreignNamesIn } from '../../../files/foreign-names.ts';
import { isInside } from '../../../files/inside.ts';
import { openRegularFile, readRegularFile } from '../../../files/regular-file.ts';
import { isStagedName } from '../../../files/staging.ts';
import type { TarEntry } from '../../../image/layer/tar.ts';
import type { FileMapping } from '../input-types/file-mapping.ts';
import { addParents, conflict } from './parents.ts';
import { requireNoCredentials } from './secret-files.ts';

/** In bytes. Files up to this size are read at once. */
const READ_AT_ONCE = 256 * 1024;

export interface CollectOptions {
  readonly mappings: readonly FileMapping[];
  /** Absolute path: nothing outside it is read. */
  readonly context: string;
  /** Seconds since the epoch, for every entry. */
  readonly mtime: number;
  /** Without a base, the layer must contain every folder itself. */
  readonly fromScratch: boolean;
}

/** The entries of a layer, sorted by path. The same files give the same entries on every machine, whatever its umask and clock. */
export async function collectEntries({ mappings, context, mtime, fromScratch }: CollectOptions): Promise<TarEntry[]> {
  const root = await realpath(context);
  const entries = new Map<string, TarEntry>();
  for (const mapping of mappings) {
    const source = await locate(mapping, context, root);
    const found = new Map<string, string>();
    const added: TarEntry[] = [];
    for await (const { entry, file } of walk(source, mapping, mtime)) {
      added.push(entry);
      found.set(entry.path, relative(root, file).replaceAll(sep, '/'));
    }
    requireNoCredentials(found, mapping);
    for (const entry of added) put(entries, entry);
    addParents(entries, added, mapping, { mtime, fromScratch });
  }
  return [...entries.values()].sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

/** The real path of a source. It must be in the context. */
async function locate({ source }: FileMapping, context: string, root: string): Promise<string> {
  const path = join(context, source);
  let real: string;
  try {
    real = await realpath(path);
  } catch {
    throw new ActionError({
      code: 'source-not-found',
      message: `Input \`files\` names "${source}", but the context has no such file or folder.`,
      remedy: 'Does an earlier step of this job build it? Paths are relative to `context`.',
    });
  }
  if (isInside(real, root)) return real;
  throw new ActionError({
    code: 'source-outside-context',
    message: `Input \`files\` names "${source}", which leads out of the context (to ${real}).`,
    remedy: 'Copy the file into the context, or choose a `context` that contains it.',
  });
}

interface Found {
  readonly entry: TarEntry;
  /** The file with its content. */
  readonly file: string;
}

async function* walk(source: string, mapping: FileMapping, mtime: number): AsyncGenerator<Found> {
  const info = await stat(source);
  const inFolder = mapping.target.endsWith('/') && !info.isDirectory();
  const target = inFolder ? posix.join(mapping.target, basename(mapping.source)) : mapping.target;
  yield* visit(source, info, target.replace(/^\/+|\/+$/g, ''), mapping, mtime);
}

async function* visit(
  file: string,
  info: Stats,
  path: string,
  mapping: FileMapping,
  mtime: number,
): AsyncGenerator<Found> {
  const { uid, gid } = mapping.owner ?? { uid: 0, gid: 0 };
  const common = { path, uid, gid, mtime };
  if (info.isSymbolicLink()) {
    yield { entry: { ...common, kind: 'symlink', mode: 0o777, target: await readlink(file) }, file };
  } else if (info.isFile()) {
    const mode = mapping.mode ?? (info.mode & 0o100 ? 0o755 : 0o644);
    yield {
      entry: {
        ...common,
        kind: 'file',
        mode,
        size: info.size,
        content: () => contentOf(file, info.size),
      },
      file,
    };
  } else if (info.isDirectory()) {
    if (path !== '') yield { entry: { ...common, kind: 'directory', mode: folderMode(mapping.mode) }, file };
    requireReadableNames(file);
    for (const name of (await readdir(file)).sort()) {
      // The Git history, and the token of actions/checkout in .git/config, don't belong in an image.
      if (name === '.git' || isStagedName(name)) continue;
      const child = join(file, name);
      yield* visit(child, await lstat(child), path === '' ? name : `${path}/${name}`, mapping, mtime);
    }
  } else {
    throw new ActionError({
      code: 'source-unsupported',
      message: `${file} is neither a file, a folder nor a symbolic link.`,
      remedy: 'Remove sockets, pipes and devices from the folders in `files`.',
    });
  }
}

/** @throws ActionError `source-unsupported` */
function requireReadableNames(folder: string): void {
  const [name] = foreignNamesIn(folder);
  if (name === undefined) return;
  throw new ActionError({
    code: 'source-unsupported',
    message: `${folder} contains ${name.escaped}, whose name is not UTF-8.`,
    remedy: 'Rename the file, or leave its folder out of `files`.',
  });
}

/** Opening a stream for each of the thousands of small files of a `node_modules` would take most of the build's time. */
async function* contentOf(file: string, size: number): AsyncGenerator<Uint8Array> {
  if (size <= READ_AT_ONCE) yield readRegularFile(file, { links: 'refuse' });
  else {
    const { descriptor } = openRegularFile(file, { links: 'refuse' });
    // The stream closes the descriptor.
    yield* createReadStream('', { fd: descriptor, highWaterMark: 1024 * 1024 });
  }
}

/** Adds the right to enter a folder to the right to read it. */
function folderMode(mode: number | undefined): number {
  return mode === undefined ? 0o755 : mode | ((mode & 0o444) >> 2);
}

/** A later line replaces the file of an earlier one. A folder can't replace a file, nor a file a folder. */
function put(entries: Map<string, TarEntry>, entry: TarEntry): void {
  const before = entries.get(entry.path);
  if (before && (before.kind === 'directory') !== (entry.kind === 'directory')) throw conflict(entry.path);
  entries.set(entry.path, entry);
}
