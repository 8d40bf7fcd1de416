/** What git's index knows about a file of the checkout. */
export interface IndexEntry {
  /** Six octal digits. */
  readonly mode: string;
  readonly oid: string;
  /** Git was told to leave the file out of the checkout, or not to look at it: that it is not there says nothing. */
  readonly leftOut: boolean;
  /** Of the file when git last saw it unchanged: bytes (modulo 2^32), and nanoseconds since the epoch. */
  readonly size: number;
  readonly modifiedAt: bigint;
}

export interface Index {
  readonly files: ReadonlyMap<string, IndexEntry>;
  /** Folders, with a `/` at the end, of which nothing is checked out. */
  readonly leftOutFolders: readonly string[];
}

/** The index is of a kind that is not read here, or damaged; the message stands after a colon. */
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
/** Up to the flags. */
const FIXED = 62;

/**
 * Reads git's index (gitformat-index(5), versions 2 to 4 with SHA-1), as no git program may be there.
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
    throw new UnknownIndex('it has none of the versions 2 to 4');
  const files = new Map<string, IndexEntry>();
  const leftOutFolders: string[] = [];
  let name: Buffer = Buffer.alloc(0);
  let at = 12;
  for (let left = bytes.readUInt32BE(8); left > 0; left--) {
    const flags = bytes.readUInt16BE(at + FIXED - 2);
    const extended = (flags & EXTENDED) !== 0;
    if ((flags & STAGE) !== 0) throw new UnknownIndex('it holds a merge that is not finished');
    const skipped = extended && (bytes.readUInt16BE(at + FIXED) & SKIPPED) !== 0;
    const start = at + FIXED + (extended ? 2 : 0);
    const read = version === 4 ? sharedName(bytes, start, name) : paddedName(bytes, start, at);
    const mode = bytes.readUInt32BE(at + 24);
    name = read.name;
    const path = name.toString('utf8');
    if (mode === FOLDER) leftOutFolders.push(path);
    else
      files.set(path, {
        mode: mode.toString(8),
        oid: bytes.toString('hex', at + 40, at + 60),
        leftOut: skipped || (flags & ASSUMED_UNCHANGED) !== 0,
        size: bytes.readUInt32BE(at + 36),
        modifiedAt: BigInt(bytes.readUInt32BE(at + 8)) * SECOND + BigInt(bytes.readUInt32BE(at + 12)),
      });
    at = read.end;
  }
  requireKnownExtensions(bytes, at);
  return { files, leftOutFolders };
}

interface Name {
  readonly name: Buffer;
  /** Where the next entry begins. */
  readonly end: number;
}

/** Versions 2 and 3: entries are filled up with 1 to 8 zeros to a multiple of eight bytes. */
function paddedName(bytes: Buffer, start: number, entry: number): Name {
  const end = zeroFrom(bytes, start);
  return { name: bytes.subarray(start, end), end: entry + Math.ceil((end - entry + 1) / 8) * 8 };
}

/** Version 4: so many bytes are taken off the end of the name before, and others put there. */
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

/** An extension whose name begins with a small letter changes what the entries mean; only sparse folders are known here. */
function requireKnownExtensions(bytes: Buffer, start: number): void {
  for (let at = start; at + 8 <= bytes.length - CHECKSUM; at += 8 + bytes.readUInt32BE(at + 4)) {
    const name = bytes.toString('latin1', at, at + 4);
    if (/^[a-z]/.test(name) && name !== 'sdir') throw new UnknownIndex(`it is split or extended ("${name}")`);
  }
}
