import { readdirSync } from 'node:fs';

/**
 * The names in a folder that aren't UTF-8: what Node reads them as, with replacement characters, and how to show them. No file can be
 * opened by what Node reads.
 * @param names what Node read: the folder is read again only if one of them has a replacement character
 */
export function undecodableNames(folder: string, names: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  if (!names.some((name) => name.includes('\ufffd'))) return found;
  for (const raw of readdirSync(folder, 'buffer')) {
    const name = raw.toString('utf8');
    if (!isUtf8(raw)) found.set(name, escapeBytes(raw));
  }
  return found;
}

export function isUtf8(bytes: Buffer): boolean {
  return Buffer.from(bytes.toString('utf8')).equals(bytes);
}

/** Bytes of a name as text: those outside of printable ASCII as `\xNN`, as `ls -b` and a shell's `$'…'` write them. */
export function escapeBytes(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replace(/[^\x20-\x7e]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
