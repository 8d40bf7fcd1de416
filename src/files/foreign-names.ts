import { readdirSync } from 'node:fs';

/** The name of a file or folder whose bytes are not UTF-8. Node can't open it by its text. */
export interface ForeignName {
  /** With the character U+FFFD in place of what can't be read. */
  readonly decoded: string;
  /** For people, and unique: with `\xff` for each byte that is not ASCII. */
  readonly escaped: string;
}

/** Whether a text may be the name of bytes that are not UTF-8. A real name can have that character, too. */
export function mayBeForeign(name: string): boolean {
  return name.includes('\ufffd');
}

/** @returns undefined if the bytes are UTF-8 */
export function foreignName(bytes: Buffer): ForeignName | undefined {
  const decoded = bytes.toString('utf8');
  if (!mayBeForeign(decoded) || Buffer.from(decoded).equals(bytes)) return undefined;
  const escaped = bytes.toString('latin1').replace(/[\x80-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`);
  return { decoded, escaped };
}

/** The names in a folder that are not UTF-8. */
export function foreignNamesIn(folder: string): readonly ForeignName[] {
  return readdirSync(folder, { encoding: 'buffer' }).flatMap((name) => foreignName(name) ?? []);
}
