import { repositoryName } from '../../image/reference.ts';
import type { Bumped } from '../../manifest/bump.ts';
import type { MatchedField } from '../../manifest/bump-file.ts';

/** GitHub takes outputs of 1 MB; in UTF-16 units, of which most are one byte. */
const LIMIT = 900_000;

/** The outputs before anything is found. */
export const nothingYet = {
  changed: false,
  files: [],
  changes: [],
  previous: {},
  patch: '',
  fields: [],
  differences: [],
} as const;

/** A list as it fits into an output; `undefined` where it is too long for one. */
export function fitting<T>(list: readonly T[]): readonly T[] | undefined {
  return JSON.stringify(list).length <= LIMIT ? list : undefined;
}

export function outputsOf({ matched, files }: Bumped, patch: string) {
  return {
    changed: files.length > 0,
    files: files.map(({ file }) => file),
    changes: matched.flatMap(({ changes }) => changes),
    previous: previousOf(matched),
    patch: patch.length <= LIMIT ? patch : '',
  };
}

/** By repository, what the changed fields named before. */
function previousOf(matched: readonly MatchedField[]): Record<string, string[]> {
  const changed = matched.filter(({ changes }) => changes.length > 0);
  const byRepository = Map.groupBy(changed, ({ bump }) => repositoryName(bump.from));
  return Object.fromEntries(
    [...byRepository].map(([repository, fields]) => [repository, [...new Set(fields.map(({ from }) => from))]]),
  );
}
