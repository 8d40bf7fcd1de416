import { lstatSync, readFileSync } from 'node:fs';

/** An ignore or attributes file; `undefined` where there is none. Git follows no link to one, either. */
export function readRulesFile(file: string): string | undefined {
  return lstatSync(file, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(file, 'utf8') : undefined;
}
