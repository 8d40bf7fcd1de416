/** An entry of a tar archive. This reader shares no code with the writer that it tests (POSIX.1-2001, "pax"). */
export interface ReadEntry {
  readonly path: string;
  readonly type: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
  readonly link: string;
  readonly content: Buffer;
}

export function readTar(archive: Buffer): ReadEntry[] {
  const entries: ReadEntry[] = [];
  let extended = new Map<string, string>();
  for (let at = 0; ; ) {
    const header = archive.subarray(at, at + 512);
    if (header.every((byte) => byte === 0)) {
      if (!archive.subarray(at).every((byte) => byte === 0) || archive.length - at < 1024)
        throw new Error('no proper end');
      return entries;
    }
    checkHeader(header);
    const text = (from: number, length: number) =>
      header
        .subarray(from, from + length)
        .toString('utf8')
        .replace(/\0.*$/s, '');
    const number = (from: number, length: number) => Number.parseInt(text(from, length).trim() || '0', 8);
    const type = text(156, 1);
    const size = Number(extended.get('size') ?? number(124, 12));
    const content = archive.subarray(at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
    if (type === 'x') {
      extended = records(content);
      continue;
    }
    const prefix = text(345, 155);
    entries.push({
      path: extended.get('path') ?? (prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`),
      link: extended.get('linkpath') ?? text(157, 100),
      uid: Number(extended.get('uid') ?? number(108, 8)),
      gid: Number(extended.get('gid') ?? number(116, 8)),
      mode: number(100, 8),
      mtime: number(136, 12),
      type,
      size,
      content,
    });
    extended = new Map();
  }
}

function checkHeader(header: Buffer): void {
  if (header.subarray(257, 265).toString('latin1') !== 'ustar\u000000') throw new Error('not ustar');
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte), 0);
  if (Number.parseInt(header.subarray(148, 154).toString('latin1'), 8) !== sum) throw new Error('wrong checksum');
}

function records(content: Buffer): Map<string, string> {
  const found = new Map<string, string>();
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(' ', at);
    const length = Number(content.subarray(at, space).toString());
    const [key = '', ...value] = content
      .subarray(space + 1, at + length - 1)
      .toString('utf8')
      .split('=');
    if (content[at + length - 1] !== 10) throw new Error('a record must end with a newline');
    found.set(key, value.join('='));
    at += length;
  }
  return found;
}
