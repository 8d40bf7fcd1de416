import { createReadStream, readFileSync, type Stats } from 'node:fs';
import { lstat, readdir, readlink, realpath, stat } from 'node:fs/promises';
import { basename, join, posix, relative, sep } from 'node:path';
import { ActionError } from '../../../core/error.ts';
import { isUnder } from '../../../files/under.ts';
import type { TarEntry } from '../../../image/layer/tar.ts';
import type { FileMapping } from '../input-types.ts';
import { addParents, conflict } from './parents.ts';
import { refuseSecrets } from './secret-files.ts';

/** Bytes up to which a file is read at once. */
const SMALL = 256 * 1024;

export interface CollectOptions {
  readonly mappings: readonly FileMapping[];
  /** Absolute path: nothing outside it is read. */
  readonly context: string;
  /** Seconds since the epoch, for every entry. */
  readonly mtime: number;
  /** Whether the layer begins the file system: then it must bring every folder itself. */
  readonly fromScratch: boolean;
}

/** What a layer holds, sorted by path: the same files give the same entries on every machine, whatever its umask and clock. */
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
    refuseSecrets(found, mapping);
    for (const entry of added) put(entries, entry);
    addParents(entries, added, mapping, { mtime, fromScratch });
  }
  return [...entries.values()].sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

/** The real path of a source, which must lie in the context. */
async function locate({ source }: FileMapping, context: string, root: string): Promise<string> {
  const path = join(context, source);
  let real: string;
  try {
    real = await realpath(path);
  } catch {
    throw new ActionError({
      code: 'source-not-found',
      message: `Input \`files\` names "${source}", but the context has no such file or folder.`,
      remedy: 'Was it built by a step before this one, in this job? Paths start at `context`.',
    });
  }
  if (isUnder(real, root)) return real;
  throw new ActionError({
    code: 'source-outside-context',
    message: `Input \`files\` names "${source}", which leads out of the context (to ${real}).`,
    remedy: 'Copy what is needed into the context, or choose a `context` that holds it.',
  });
}

interface Found {
  readonly entry: TarEntry;
  /** Where its content lies. */
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
    for (const name of (await readdir(file)).sort()) {
      // History and the token that checkout leaves in .git/config have no place in an image.
      if (name === '.git') continue;
      const child = join(file, name);
      yield* visit(child, await lstat(child), path === '' ? name : `${path}/${name}`, mapping, mtime);
    }
  } else {
    throw new ActionError({
      code: 'source-unsupported',
      message: `${file} is neither a file, a folder nor a symbolic link.`,
      remedy: 'Leave sockets, pipes and devices out of what `files` names.',
    });
  }
}

/** A stream for each of the thousands of small files of a `node_modules` would take most of the build's time. */
async function* contentOf(file: string, size: number): AsyncGenerator<Uint8Array> {
  if (size <= SMALL) yield readFileSync(file);
  else yield* createReadStream(file, { highWaterMark: 1024 * 1024 });
}

/** Who may read a file may also enter its folder. */
function folderMode(mode: number | undefined): number {
  return mode === undefined ? 0o755 : mode | ((mode & 0o444) >> 2);
}

/** Later lines win over earlier ones, but a folder and a file can't be one thing. */
function put(entries: Map<string, TarEntry>, entry: TarEntry): void {
  const before = entries.get(entry.path);
  if (before && (before.kind === 'directory') !== (entry.kind === 'directory')) throw conflict(entry.path);
  entries.set(entry.path, entry);
}
