import { ActionError } from '../../core/error.ts';

/** An entry of a layer (OCI image spec, "Image Layer Filesystem Changeset"); its path is relative, without a leading slash. */
export type TarEntry = {
  readonly path: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since the epoch. */
  readonly mtime: number;
} & (
  | { readonly kind: 'file'; readonly size: number; readonly content: () => AsyncIterable<Uint8Array> }
  | { readonly kind: 'directory' }
  | { readonly kind: 'symlink'; readonly target: string }
);

const BLOCK = 512;
const TYPE = { file: '0', symlink: '2', directory: '5' } as const;

/** The bytes of a tar archive (POSIX.1-2001): ustar, with pax headers only for values that don't fit into ustar. */
export function tar(entries: Iterable<TarEntry>): AsyncGenerator<Uint8Array> {
  return inChunks(parts(entries), 256 * 1024);
}

async function* parts(entries: Iterable<TarEntry>): AsyncGenerator<Uint8Array> {
  for (const entry of entries) {
    yield header(entry);
    if (entry.kind !== 'file') continue;
    let written = 0;
    for await (const chunk of entry.content()) {
      written += chunk.length;
      yield chunk;
    }
    if (written !== entry.size)
      throw new ActionError({
        code: 'file-changed',
        message: `The file for /${entry.path} changed while it was read: it had ${entry.size} bytes, and ${written} were read.`,
        remedy: 'Start the build after the step that writes the file.',
      });
    yield padding(written);
  }
  yield Buffer.alloc(2 * BLOCK);
}

/** Joins small pieces to chunks of at least `size` bytes: hashing and compressing many small pieces is slow. */
async function* inChunks(pieces: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let pending: Uint8Array[] = [];
  let length = 0;
  for await (const piece of pieces) {
    pending.push(piece);
    length += piece.length;
    if (length < size) continue;
    yield pending.length === 1 ? piece : Buffer.concat(pending);
    pending = [];
    length = 0;
  }
  if (length > 0) yield Buffer.concat(pending);
}

function header(entry: TarEntry): Buffer {
  const path = entry.kind === 'directory' ? `${entry.path}/` : entry.path;
  const target = entry.kind === 'symlink' ? entry.target : '';
  const size = entry.kind === 'file' ? entry.size : 0;
  const pax: [string, string][] = [];
  const parts = splitPath(path);
  if (!parts) pax.push(['path', path]);
  if (!fits(target, 100)) pax.push(['linkpath', target]);
  if (size > 0o77777777777) pax.push(['size', String(size)]);
  if (entry.uid > 0o7777777) pax.push(['uid', String(entry.uid)]);
  if (entry.gid > 0o7777777) pax.push(['gid', String(entry.gid)]);

  const main = ustar({
    ...(parts ?? { name: ascii(path, 100), prefix: '' }),
    mode: entry.mode,
    uid: entry.uid > 0o7777777 ? 0 : entry.uid,
    gid: entry.gid > 0o7777777 ? 0 : entry.gid,
    size: size > 0o77777777777 ? 0 : size,
    mtime: entry.mtime,
    type: TYPE[entry.kind],
    link: ascii(target, 100),
  });
  if (pax.length === 0) return main;
  const records = Buffer.from(pax.map(([key, value]) => record(key, value)).join(''));
  const extension = ustar({
    name: ascii(`PaxHeaders.0/${path.split('/').filter(Boolean).at(-1) ?? ''}`, 100),
    prefix: '',
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: records.length,
    mtime: entry.mtime,
    type: 'x',
    link: '',
  });
  return Buffer.concat([extension, records, padding(records.length), main]);
}

interface Fields {
  readonly name: string;
  readonly prefix: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
  readonly type: string;
  readonly link: string;
}

function ustar(fields: Fields): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, length: number) =>
    block.write(value.toString(8).padStart(length - 1, '0'), at, 'latin1');
  block.write(fields.name, 0, 'utf8');
  octal(fields.mode, 100, 8);
  octal(fields.uid, 108, 8);
  octal(fields.gid, 116, 8);
  octal(fields.size, 124, 12);
  octal(fields.mtime, 136, 12);
  block.fill(' ', 148, 156);
  block.write(fields.type, 156, 'latin1');
  block.write(fields.link, 157, 'utf8');
  block.write('ustar\0' + '00', 257, 'latin1');
  octal(0, 329, 8);
  octal(0, 337, 8);
  block.write(fields.prefix, 345, 'utf8');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

/** Splits a path at a slash into name (100 bytes) and prefix (155 bytes); `undefined` if it doesn't fit into ustar. */
function splitPath(path: string): { readonly name: string; readonly prefix: string } | undefined {
  if (fits(path, 100)) return { name: path, prefix: '' };
  if (!fits(path, 256)) return undefined;
  for (let slash = path.lastIndexOf('/', path.length - 2); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
    const [prefix, name] = [path.slice(0, slash), path.slice(slash + 1)];
    if (fits(prefix, 155) && fits(name, 100)) return { name, prefix };
  }
  return undefined;
}

function fits(text: string, bytes: number): boolean {
  return text.length <= bytes && /^[\x20-\x7e]*$/.test(text);
}

function ascii(text: string, length: number): string {
  return text.replace(/[^\x20-\x7e]/gu, '_').slice(0, length);
}

/** `<length> <key>=<value>\n`. The length includes its own digits (POSIX pax, "Extended Header"). */
function record(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest;
  while (length !== rest + String(length).length) length = rest + String(length).length;
  return `${length} ${key}=${value}\n`;
}

function padding(size: number): Buffer {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
}
