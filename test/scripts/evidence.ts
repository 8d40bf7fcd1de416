import { globSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { ROOT } from '../../scripts/actions.ts';
import { at, isObject, parseJson } from '../../src/json/json.ts';

/** What can be told of a bundle by its bytes alone, whatever those who built it say. */

/**
 * The pieces of a program between quotes and line ends. A minifier renames and joins what it likes, but a text that a program holds stays a
 * piece of it. The names of Node's modules say nothing: webpack gathers them in the entry.
 */
export function piecesOf(program: string): string[] {
  const pieces = program.split(/["'`\\\n]/);
  return pieces.filter((piece) => piece.length >= 12 && /^[\x20-\x7e]+$/.test(piece) && !isBuiltin(piece));
}

/** The folders of the packages that a bundle may hold: those of package-lock.json that are not for development. */
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

/** Each piece that only one package holds, our own sources included, with the name of that package. */
export function pieceOwners(): Map<string, string> {
  const owners = new Map<string, string | undefined>();
  for (const folder of packageFolders()) {
    const name = folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
    for (const piece of programsIn(folder).flatMap(piecesOf))
      owners.set(piece, !owners.has(piece) || owners.get(piece) === name ? name : undefined);
  }
  for (const file of globSync('src/**/*.ts', { cwd: ROOT }))
    for (const piece of piecesOf(readFileSync(join(ROOT, file), 'utf8'))) owners.delete(piece);
  return new Map(
    [...owners].flatMap(([piece, name]): [string, string][] => (name === undefined ? [] : [[piece, name]])),
  );
}

/** The names of the packages of which a program holds a piece, in order. */
export function packagesIn(program: string, owners: ReadonlyMap<string, string>): string[] {
  return [...new Set(piecesOf(program).flatMap((piece) => owners.get(piece) ?? []))].sort();
}

/** The scripts of a bundle by their names, chunks that are loaded later included. */
export function scriptsOf(action: string): Map<string, string> {
  const folder = join(ROOT, 'dist', action);
  return new Map(globSync('*.js', { cwd: folder }).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}
