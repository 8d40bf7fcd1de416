import { invalidInput } from '../../core/inputs.ts';
import { walk } from '../../files/walk.ts';
import type { SearchRoot } from '../../manifest/files/root.ts';
import { pathMatcher } from '../../manifest/files/select-files.ts';

/**
 * Checks that each line of `paths` that adds files matches one in a folder: otherwise a typo would silently leave manifests out.
 * @throws ActionError `input-invalid`.
 */
export function requirePathsMatch(paths: readonly string[], roots: readonly SearchRoot[]): void {
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
  throw invalidInput('paths', `contains "${line}", which matches no file.`, [
    'It takes globs or folders relative to `root`, one per line.',
  ]);
}
