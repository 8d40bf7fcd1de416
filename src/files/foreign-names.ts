import { readdirSync } from 'node:fs';
import { escapeBytes, isUtf8 } from './names.ts';

/** The name of a file or folder whose bytes are not UTF-8. Node can't open it by its text. */
export interface ForeignName {
  /** With the character U+FFFD in place of what can't be read. */
  readonly decoded: string;
  /** For people, and unique, see `escapeBytes`. */
  readonly escaped: string;
}

/** @returns undefined if the bytes are UTF-8 */
export function foreignName(bytes: Buffer): ForeignName | undefined {
  return isUtf8(bytes) ? undefined : { decoded: bytes.toString('utf8'), escaped: escapeBytes(bytes) };
}

/**
 * The names in a folder that are not UTF-8.
 * @param names what Node read: the folder is read again only if one of them has a replacement character
 */
export function foreignNamesIn(folder: string, names: readonly string[]): readonly ForeignName[] {
  if (!names.some((name) => name.includes('\ufffd'))) return [];
  return readdirSync(folder, { encoding: 'buffer' }).flatMap((name) => foreignName(name) ?? []);
}
