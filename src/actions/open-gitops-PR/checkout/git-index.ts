import { type ForeignName, foreignName } from '../../../files/foreign-names.ts';

/** What git's index knows about a file of the checkout. */
export interface IndexEntry {
  /** Six octal digits. */
  readonly mode: string;
  readonly oid: string;
  /** The file is marked `skip-worktree` or `assume-unchanged`: if it is missing on disk, it was not removed. */
  readonly excluded: boolean;
  /** Size and time of the file when git last saw it unchanged: bytes (modulo 2^32), and nanoseconds since the epoch. */
  readonly size: number;
  readonly modifiedAt: bigint;
}

export interface ForeignEntry extends IndexEntry {
  readonly name: ForeignName;
  readonly bytes: Buffer;
}

export interface Index {
  readonly files: ReadonlyMap<string, IndexEntry>;
  /** Files whose names are not UTF-8. */
  readonly foreign: readonly ForeignEntry[];
  /** Folders of a sparse index, with a `/` at the end: nothing in them is checked out. */
  readonly excludedFolders: readonly string[];
}

/** The index is damaged, or in a format that is not supported. The message is made to follow a colon. */
export class UnknownIndex extends Error {
  override readonly name = 'UnknownIndex';
}

/** ns */
export const SECOND = 1_000_000_000n;

const ASSUMED_UNCHANGED = 0x8000;
const EXTENDED = 0x4000;
const STAGE = 0x3000;
const SKIPPED = 0x4000;
const FOLDER = 0o040000;
/** Length of the fixed part of an entry, including the flags. */
const FIXED = 62;

/**
 * Reads git's index (gitformat-index(5), versions 2 to 4 with SHA-1). A git program may not be installed.
 * @throws UnknownIndex
 */
export function parseIndex(bytes: Buffer): Index {
  try {
    return entriesOf(bytes);
  } catch (thrown) {
    throw thrown instanceof RangeError ? new UnknownIndex('it is cut short') : thrown;
  }
}

function entriesOf(bytes: Buffer): Index {
  const version = bytes.readUInt32BE(4);
  if (bytes.toString('latin1', 0, 4) !== 'DIRC' || version < 2 || version > 4)
    throw new UnknownIndex('its version is not 2, 3 or 4');
  const files = new Map<string, IndexEntry>();
  const foreign: ForeignEntry[] = [];
  const excludedFolders: string[] = [];
  let name: Buffer = Buffer.alloc(0);
  let at = 12;
  for (let left = bytes.readUInt32BE(8); left > 0; left--) {
    const flags = bytes.readUInt16BE(at + FIXED - 2);
    const extended = (flags & EXTENDED) !== 0;
    if ((flags & STAGE) !== 0) throw new UnknownIndex('it contains an unfinished merge');
    const skipped = extended && (bytes.readUInt16BE(at + FIXED) & SKIPPED) !== 0;
    const start = at + FIXED + (extended ? 2 : 0);
    const read = version === 4 ? sharedName(bytes, start, name) : paddedName(bytes, start, at);
    const mode = bytes.readUInt32BE(at + 24);
    name = read.name;
    const path = name.toString('utf8');
    const entry = {
      mode: mode.toString(8),
      oid: bytes.toString('hex', at + 40, at + 60),
      excluded: skipped || (flags & ASSUMED_UNCHANGED) !== 0,
      size: bytes.readUInt32BE(at + 36),
      modifiedAt: BigInt(bytes.readUInt32BE(at + 8)) * SECOND + BigInt(bytes.readUInt32BE(at + 12)),
    };
    const unreadable = foreignName(name);
    if (mode === FOLDER) excludedFolders.push(path);
    else if (unreadable) foreign.push({ ...entry, name: unreadable, bytes: name });
    else files.set(path, entry);
    at = read.end;
  }
  requireKnownExtensions(bytes, at);
  return { files, foreign, excludedFolders };
}

interface Name {
  readonly name: Buffer;
  /** Offset of the next entry. */
  readonly end: number;
}

/** Versions 2 and 3: 1 to 8 zeros pad each entry to a multiple of eight bytes. */
function paddedName(bytes: Buffer, start: number, entry: number): Name {
  const end = zeroFrom(bytes, start);
  return { name: bytes.subarray(start, end), end: entry + Math.ceil((end - entry + 1) / 8) * 8 };
}

/** Version 4: a number of bytes to drop from the end of the previous name, and the bytes to append. */
function sharedName(bytes: Buffer, start: number, before: Buffer): Name {
  let at = start;
  let byte = bytes.readUInt8(at++);
  let dropped = byte & 0x7f;
  while ((byte & 0x80) !== 0) {
    byte = bytes.readUInt8(at++);
    dropped = ((dropped + 1) << 7) | (byte & 0x7f);
  }
  const end = zeroFrom(bytes, at);
  const kept = before.subarray(0, Math.max(0, before.length - dropped));
  return { name: Buffer.concat([kept, bytes.subarray(at, end)]), end: end + 1 };
}

function zeroFrom(bytes: Buffer, start: number): number {
  const end = bytes.indexOf(0, start);
  if (end < 0) throw new UnknownIndex('it is cut short');
  return end;
}

const CHECKSUM = 20;

/** An extension whose name begins with a lower-case letter changes the meaning of the entries. Only sparse folders are supported. */
function requireKnownExtensions(bytes: Buffer, start: number): void {
  for (let at = start; at + 8 <= bytes.length - CHECKSUM; at += 8 + bytes.readUInt32BE(at + 4)) {
    const name = bytes.toString('latin1', at, at + 4);
    if (/^[a-z]/.test(name) && name !== 'sdir') throw new UnknownIndex(`it is split or extended ("${name}")`);
  }
}
