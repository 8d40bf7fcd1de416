import type { Log } from '../../../core/log.ts';
import { imageRepository } from '../../../image/reference.ts';
import type { JsonObject } from '../../../json/json.ts';
import type { MatchedField } from '../../../manifest/bump/bump-file.ts';
import type { BumpResult } from '../../../manifest/bump/bump-manifests.ts';

/** GitHub takes outputs of 1 MB. */
const LIMIT = 900_000;
/** Inputs reach a step as variables of its environment, and Linux takes 131,072 bytes for one (MAX_ARG_STRLEN), its name included. */
const INPUT_LIMIT = 131_000;

const OTHER_WAY =
  'Give open-gitops-PR the changed checkout with `path` and `add-paths` instead, or bump less at once with `paths`.';

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

/**
 * The outputs that GitHub takes; one that is too long is left empty, with a warning. It is then no JSON either: a step that reads it
 * must not find that there is nothing to do.
 */
export function fitting<Values extends Readonly<Record<string, string | JsonObject | readonly unknown[]>>>(
  values: Values,
  log: Log,
  remedy: string,
): { [Name in keyof Values]: Values[Name] | '' } {
  const fitted: { [Name in keyof Values]: Values[Name] | '' } = { ...values };
  for (const name in values) {
    const size = sizeOf(values[name]);
    if (size <= LIMIT) continue;
    log.warning(
      `The output \`${name}\` is left empty: its ${(size / 1e6).toFixed(1)} MB are more than GitHub takes. ${remedy}`,
      { title: 'bump-manifest-tag: output-too-large' },
    );
    fitted[name] = '';
  }
  return fitted;
}

function sizeOf(value: unknown): number {
  return Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value));
}

export function outputsOf({ matched, files }: BumpResult, patch: string, log: Log) {
  const changes = matched.flatMap((field) => field.changes);
  const all = { files: files.map(({ file }) => file), changes, previous: previousOf(matched), patch };
  const size = sizeOf(changes);
  if (size > INPUT_LIMIT && size <= LIMIT)
    log.warning(
      `The output \`changes\` (${Math.ceil(size / 1000)} kB) is longer than what Linux hands to a step as an input. ${OTHER_WAY}`,
      { title: 'bump-manifest-tag: changes-too-long' },
    );
  return { changed: files.length > 0, ...fitting(all, log, OTHER_WAY) };
}

/** By repository, what the changed fields named before. */
function previousOf(matched: readonly MatchedField[]): Record<string, string[]> {
  const changed = matched.filter(({ changes }) => changes.length > 0);
  const byRepository = Map.groupBy(changed, ({ bump }) => imageRepository(bump.from));
  return Object.fromEntries(
    [...byRepository].map(([repository, fields]) => [repository, [...new Set(fields.map(({ from }) => from))]]),
  );
}
