import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const DESCRIPTION = /\bdescription: (?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")/g;

/**
 * Empties the descriptions of inputs and outputs in compiled contracts. Only action.yml and the docs need them, which are generated from
 * the sources; a runner would load some kilobytes of them at every start.
 */
export function emptyDescriptions(compiled: string): void {
  for (const file of globSync('actions/*/contract.js', { cwd: compiled })) {
    const path = join(compiled, file);
    writeFileSync(path, withoutDescriptions(readFileSync(path, 'utf8')));
  }
}

/** @param source of a compiled contract */
export function withoutDescriptions(source: string): string {
  return source.replace(DESCRIPTION, "description: ''");
}
