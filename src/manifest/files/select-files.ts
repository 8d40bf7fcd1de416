import { trimEndOf } from '../../core/trim-end.ts';
import { globs } from '../../files/glob.ts';

/** File names of manifests. */
const MANIFESTS = globs(['**/*.{yaml,yml,json}', '**/Kustomization']);

/** GitHub's workflows name images too, but not to deploy them, and a job's token may lack the right to change them. */
const OUTSIDE_GITHUB = globs(['!**/.github/**']);

/**
 * Which files to search: those that match globs, or the manifests below folders. Files other than YAML and JSON only count if a glob
 * gives their name. Without any paths, all manifests outside `.github`.
 */
export function fileSelector(paths: readonly string[]): (path: string) => boolean {
  const isDefault = (path: string) => MANIFESTS(path) && OUTSIDE_GITHUB(path);
  if (paths.length === 0) return isDefault;
  const matches = pathMatcher(paths);
  const matchesName = globs(paths.filter((path) => !path.startsWith('!') && !/(?:^|[\\/])\*+$/.test(path)));
  if (paths.every((path) => path.startsWith('!'))) return (path) => matches(path) && isDefault(path);
  return (path) => matches(path) && (MANIFESTS(path) || matchesName(path));
}

/** Matches the files of globs, and all files below folders. */
export function pathMatcher(paths: readonly string[]): (path: string) => boolean {
  return globs(paths.flatMap((path) => [path, `${trimEndOf(path, '/\\')}/**`]));
}
