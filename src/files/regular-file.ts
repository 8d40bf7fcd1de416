import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { leadsOutByLink } from './links.ts';

/** In bytes: far more than any config, kubeconfig or certificate has. */
const DEFAULT_LIMIT = 16 * 1024 * 1024;

/** Windows has neither flag. */
const { O_RDONLY, O_NONBLOCK = 0, O_NOFOLLOW = 0 } = constants;

/** A path leads to something that isn't a file, or to a file that is too large. The message is made to follow a colon. */
export class UnusableFile extends Error {
  override readonly name = 'UnusableFile';
}

interface OpenOptions {
  /** What happens if the path itself is a symbolic link. Default `follow`. */
  readonly links?: 'follow' | 'refuse';
  /** A folder that no link may lead out of, see `leadsOutByLink`. */
  readonly within?: string;
}

interface ReadOptions extends OpenOptions {
  /** The largest file that is read, in bytes. */
  readonly limit?: number;
}

export interface OpenFile {
  /** The caller closes it. */
  readonly descriptor: number;
  readonly stats: Stats;
}

/**
 * Opens a file for reading. What was opened is checked, not the path, which something could replace in between. Never waits: to open a
 * named pipe without `O_NONBLOCK` would wait for a writer.
 * @throws UnusableFile if it isn't a regular file, and the error of the operating system.
 */
export function openRegularFile(path: string | Buffer, { links = 'follow', within }: OpenOptions = {}): OpenFile {
  const descriptor = open(path, O_RDONLY | O_NONBLOCK | (links === 'refuse' ? O_NOFOLLOW : 0), links);
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw new UnusableFile(`it is ${kindOf(stats)}, not a file`);
    if (within !== undefined) requireWithin(path, within, stats);
    return { descriptor, stats };
  } catch (thrown) {
    closeSync(descriptor);
    throw thrown;
  }
}

/** Reads a file, see `openRegularFile`. @throws UnusableFile also if the file is larger than the limit. */
export function readRegularFile(
  path: string | Buffer,
  { limit = DEFAULT_LIMIT, ...options }: ReadOptions = {},
): Buffer {
  const { descriptor, stats } = openRegularFile(path, options);
  try {
    return readAll(descriptor, stats.size, limit);
  } finally {
    closeSync(descriptor);
  }
}

/** The text of a file, see `readRegularFile`. */
export function readTextFile(path: string, options: ReadOptions = {}): string {
  return readRegularFile(path, options).toString('utf8');
}

/** Checks the path after the file was opened: a link could be replaced between a check and the opening. */
function requireWithin(path: string | Buffer, folder: string, { dev, ino }: Stats): void {
  const found = statSync(path);
  if (found.dev !== dev || found.ino !== ino) throw new UnusableFile('it was replaced while it was opened');
  if (leadsOutByLink(path.toString(), folder))
    throw new UnusableFile('it leads out of the workspace through a symbolic link');
}

/** Reads to the end, because a file can grow, and the files of `/proc` have the size 0. */
function readAll(descriptor: number, size: number, limit: number): Buffer {
  if (size > limit) throw tooLarge(limit);
  let buffer = Buffer.allocUnsafeSlow(Math.max(size + 1, 4096));
  let filled = 0;
  for (;;) {
    const count = readSync(descriptor, buffer, filled, buffer.length - filled, null);
    if (count === 0) return buffer.subarray(0, filled);
    filled += count;
    if (filled > limit) throw tooLarge(limit);
    if (filled === buffer.length) buffer = Buffer.concat([buffer], filled * 2);
  }
}

function open(path: string | Buffer, flags: number, links: 'follow' | 'refuse'): number {
  try {
    return openSync(path, flags);
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : '';
    if (code === 'ELOOP' && links === 'refuse') throw new UnusableFile('it is a symbolic link, not a file');
    if (code === 'ENXIO') throw new UnusableFile('it is a socket or device, not a file');
    throw thrown;
  }
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a named pipe';
  if (stats.isSocket()) return 'a socket';
  return 'a device';
}

function tooLarge(limit: number): UnusableFile {
  return new UnusableFile(`it is larger than ${Math.floor(limit / 1024 ** 2)} MiB`);
}
