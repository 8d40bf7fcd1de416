import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ROOT } from '../../scripts/actions.ts';

export interface Source {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
  /** Files of this repository that it imports, also dynamically and as types. */
  readonly imports: readonly string[];
  /** Those of them of which it imports more than types. */
  readonly uses: readonly string[];
}

/** The TypeScript files below some folders of the repository. */
export function sourcesBelow(...folders: readonly string[]): readonly Source[] {
  return globSync(
    folders.map((folder) => `${folder}/**/*.ts`),
    { cwd: ROOT },
  ).map((path) => {
    const text = readFileSync(join(ROOT, path), 'utf8');
    const resolved = (specifier: string) => relative(ROOT, join(ROOT, dirname(path), specifier));
    const importsOf = (code: string) =>
      [...code.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, specifier = '']) => resolved(specifier));
    const withoutTypes = text.replaceAll(/^(?:import|export) type [^;]*;$/gm, '');
    return { path, text, imports: importsOf(text), uses: importsOf(withoutTypes) };
  });
}

/** The action that a file belongs to; `undefined` for a domain. */
export function actionOf(path: string): string | undefined {
  return /^src\/actions\/([^/]+)\//.exec(path)?.[1];
}
