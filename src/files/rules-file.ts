import { lstatSync, readFileSync } from 'node:fs';

/** Reads an ignore or attributes file; `undefined` if it doesn't exist or is a symbolic link, which Git doesn't follow either. */
export function readRulesFile(file: string): string | undefined {
  return lstatSync(file, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(file, 'utf8') : undefined;
}
