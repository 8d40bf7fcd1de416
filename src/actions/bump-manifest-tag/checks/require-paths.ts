import { invalidInput } from '../../../core/inputs.ts';
import { walk } from '../../../files/walk.ts';
import { pathMatcher, type SearchRoot } from '../../../manifest/files/search.ts';

/**
 * Each line of `paths` that adds something names a file of one of the folders: a misspelled one would leave a place out without a word.
 * @throws ActionError `input-invalid`.
 */
export function demandPaths(paths: readonly string[], roots: readonly SearchRoot[]): void {
  const lines = paths.filter((path) => !path.startsWith('!'));
  const unmatched = new Map(lines.map((line) => [line, pathMatcher([line])]));
  for (const { folder } of roots) {
    if (unmatched.size === 0) return;
    walk(folder, (file) => {
      for (const [line, matches] of unmatched) if (matches(file)) unmatched.delete(line);
      return false;
    });
  }
  const [line] = unmatched.keys();
  if (line === undefined) return;
  throw invalidInput('paths', `names "${line}", where no file is.`, [
    'It takes globs or folders relative to `root`, a line each.',
  ]);
}
