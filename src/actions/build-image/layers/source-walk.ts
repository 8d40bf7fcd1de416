import { createReadStream, type Stats } from 'node:fs';
import { lstat, readdir, readlink, stat } from 'node:fs/promises';
import { basename, join, posix, relative, sep } from 'node:path';
import { ActionError } from '../../../core/error.ts';
import { trimEndOf } from '../../../core/trim-end.ts';
import type { DockerIgnore } from '../../../files/docker-ignore.ts';
import { describeFsError } from '../../../files/fs-error.ts';
import { escapeBytes, isUtf8, undecodableNames } from '../../../files/names.ts';
import { openRegularFile, readRegularFile } from '../../../files/regular-file.ts';
import { isStagedName } from '../../../files/staging.ts';
import type { TarEntry } from '../../../image/layer/tar.ts';
import type { FileMapping } from '../input-types/file-mapping.ts';

/** In bytes. Files up to this size are read at once. */
const READ_AT_ONCE = 256 * 1024;

interface Options {
  /** The context, without symbolic links. */
  readonly root: string;
  readonly mapping: FileMapping;
  /** Seconds since the epoch. */
  readonly mtime: number;
  readonly ignore: DockerIgnore;
}

interface FoundEntry {
  readonly entry: TarEntry;
  /** Absolute path of what it is made of. */
  readonly file: string;
}

/** Walks through what one line of `files` names. */
export class SourceWalk {
  readonly #options: Options;
  /** Whether .dockerignore excluded something. */
  hasIgnored = false;

  constructor(options: Options) {
    this.#options = options;
  }

  /** @param source without symbolic links @throws ActionError `source-not-readable`, `source-unsupported`, `file-name-not-utf8` */
  async *entries(source: string): AsyncGenerator<FoundEntry> {
    const { mapping } = this.#options;
    const info = await this.#reading(source, () => stat(source));
    const inFolder = mapping.target.endsWith('/') && !info.isDirectory();
    const target = inFolder ? posix.join(mapping.target, basename(mapping.source)) : mapping.target;
    const isIgnored = this.#isIgnored(source);
    if (!isIgnored || this.#mayHaveExceptions(info))
      yield* this.#visit(source, info, trimEndOf(target.replace(/^\/+/, ''), '/'), isIgnored);
  }

  async *#visit(file: string, info: Stats, path: string, isIgnored: boolean): AsyncGenerator<FoundEntry> {
    const { mapping, mtime } = this.#options;
    const { uid, gid } = mapping.owner ?? { uid: 0, gid: 0 };
    const common = { path, uid, gid, mtime };
    if (info.isSymbolicLink()) {
      yield { entry: { ...common, kind: 'symlink', mode: 0o777, target: await this.#linkTarget(file) }, file };
    } else if (info.isFile()) {
      const mode = mapping.mode ?? (info.mode & 0o100 ? 0o755 : 0o644);
      const content = () => this.#contentOf(file, info.size);
      yield { entry: { ...common, kind: 'file', mode, size: info.size, content }, file };
    } else if (info.isDirectory()) {
      const folder: FoundEntry = { entry: { ...common, kind: 'directory', mode: folderMode(mapping.mode) }, file };
      // An ignored folder is there only for what an exception brings back.
      let pending = path === '' ? [] : [folder];
      if (!isIgnored) yield* pending.splice(0);
      for await (const found of this.#children(file, path)) {
        yield* pending;
        pending = [];
        yield found;
      }
    } else {
      throw new ActionError({
        code: 'source-unsupported',
        message: `${this.#shown(file)} is neither a file, a folder nor a symbolic link.`,
        remedy: 'Remove sockets, pipes and devices from the folders in `files`, or exclude them in .dockerignore.',
      });
    }
  }

  async *#children(folder: string, path: string): AsyncGenerator<FoundEntry> {
    const names = await this.#reading(folder, () => readdir(folder));
    const undecodable = undecodableNames(folder, names);
    for (const name of names.sort()) {
      // The Git history, and the token of actions/checkout in .git/config, don't belong in an image.
      if (name === '.git' || isStagedName(name)) continue;
      const child = join(folder, name);
      const isIgnored = this.#isIgnored(child);
      if (isIgnored && !this.#options.ignore.hasExceptions) continue;
      const escaped = undecodable.get(name);
      if (escaped !== undefined) {
        if (isIgnored) continue;
        throw notUtf8(`${this.#shown(folder)}/${escaped}`);
      }
      const info = await this.#reading(child, () => lstat(child));
      if (isIgnored && !this.#mayHaveExceptions(info)) continue;
      yield* this.#visit(child, info, path === '' ? name : `${path}/${name}`, isIgnored);
    }
  }

  #isIgnored(file: string): boolean {
    const { root, ignore } = this.#options;
    const path = relative(root, file).replaceAll(sep, '/');
    const isIgnored = path !== '' && ignore.ignores(path);
    this.hasIgnored ||= isIgnored;
    return isIgnored;
  }

  #mayHaveExceptions(info: Stats): boolean {
    return info.isDirectory() && this.#options.ignore.hasExceptions;
  }

  async #linkTarget(link: string): Promise<string> {
    const target = await this.#reading(link, () => readlink(link, 'buffer'));
    if (isUtf8(target)) return target.toString('utf8');
    throw notUtf8(`The target of the link ${this.#shown(link)}, ${escapeBytes(target)},`);
  }

  /** Opening a stream for each of the thousands of small files of a `node_modules` would take most of the build's time. */
  async *#contentOf(file: string, size: number): AsyncGenerator<Uint8Array> {
    try {
      if (size <= READ_AT_ONCE) yield readRegularFile(file, { links: 'refuse' });
      else {
        const { descriptor } = openRegularFile(file, { links: 'refuse' });
        // The stream closes the descriptor.
        yield* createReadStream('', { fd: descriptor, highWaterMark: 1024 * 1024 });
      }
    } catch (thrown) {
      throw this.#notReadable(file, thrown);
    }
  }

  async #reading<T>(file: string, read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (thrown) {
      throw this.#notReadable(file, thrown);
    }
  }

  #notReadable(file: string, thrown: unknown): ActionError {
    return new ActionError({
      code: 'source-not-readable',
      message: `Can't read ${this.#shown(file)}: ${describeFsError(thrown)}.`,
      remedy:
        "Allow the job's user to read it (a container of an earlier step may have written it as root), or exclude it in .dockerignore.",
      cause: thrown,
    });
  }

  /** A path in the context, for people. */
  #shown(file: string): string {
    return relative(this.#options.root, file).replaceAll(sep, '/') || 'the context';
  }
}

function notUtf8(what: string): ActionError {
  return new ActionError({
    code: 'file-name-not-utf8',
    message: `${what} is not UTF-8, so it can't be put into an image.`,
    remedy: 'Rename it, or exclude it in .dockerignore. \\x and two digits stand for a byte.',
  });
}

/** Adds the right to enter a folder to the right to read it. */
function folderMode(mode: number | undefined): number {
  return mode === undefined ? 0o755 : mode | ((mode & 0o444) >> 2);
}
