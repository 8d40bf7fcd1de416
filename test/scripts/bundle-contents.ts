import { globSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { ROOT } from '../../scripts/actions.ts';
import { at, isObject, parseJson } from '../../src/json/json.ts';

/** Finds out what a bundle contains from its bytes alone, without the build's own statistics. */

/**
 * The string literals of a program, roughly: its parts between quotes and line breaks. A minifier renames and joins code, but keeps
 * strings. The names of Node's modules don't count: webpack collects them in the entry chunk.
 */
export function stringsIn(program: string): string[] {
  const strings = program.split(/["'`\\\n]/);
  return strings.filter((text) => text.length >= 12 && /^[\x20-\x7e]+$/.test(text) && !isBuiltin(text));
}

/** The folders of the packages that a bundle may contain: all but the development dependencies in package-lock.json. */
function packageFolders(): string[] {
  const lock = at(parseJson(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')), 'packages');
  const entries = isObject(lock) ? Object.entries(lock) : [];
  return entries.filter(([path, entry]) => path !== '' && at(entry, 'dev') !== true).map(([path]) => path);
}

export function programsIn(folder: string): string[] {
  const files = globSync('**/*.{js,cjs,mjs}', {
    cwd: join(ROOT, folder),
    exclude: (path) => path.split('/').includes('node_modules'),
  });
  return files.map((file) => readFileSync(join(ROOT, folder, file), 'utf8'));
}

/** Maps each string that occurs in only one package, and not in our sources, to the name of that package. */
export function stringOwners(): Map<string, string> {
  const owners = new Map<string, string | undefined>();
  for (const folder of packageFolders()) {
    const name = folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
    for (const text of programsIn(folder).flatMap(stringsIn))
      owners.set(text, !owners.has(text) || owners.get(text) === name ? name : undefined);
  }
  for (const file of globSync('src/**/*.ts', { cwd: ROOT }))
    for (const text of stringsIn(readFileSync(join(ROOT, file), 'utf8'))) owners.delete(text);
  return new Map([...owners].flatMap(([text, name]): [string, string][] => (name === undefined ? [] : [[text, name]])));
}

/** The sorted names of the packages whose strings a program contains. */
export function packagesIn(program: string, owners: ReadonlyMap<string, string>): string[] {
  return [...new Set(stringsIn(program).flatMap((text) => owners.get(text) ?? []))].sort();
}

/** The scripts of a bundle by their names, including lazily loaded chunks. */
export function scriptsOf(action: string): Map<string, string> {
  const folder = join(ROOT, 'dist', action);
  return new Map(globSync('*.js', { cwd: folder }).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}
