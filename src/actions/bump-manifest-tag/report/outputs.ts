import type { Log } from '../../../core/log.ts';
import { imageRepository } from '../../../image/reference.ts';
import type { JsonObject } from '../../../json/json.ts';
import type { BumpResult, MatchedField } from '../../../manifest/bump/bump-result.ts';

/** GitHub accepts outputs of up to 1 MB. */
const OUTPUT_LIMIT = 900_000;
/** A step gets its inputs as environment variables. Linux limits one to 131,072 bytes (MAX_ARG_STRLEN), its name included. */
const INPUT_LIMIT = 131_000;

/** The remedy for long outputs of a bump. */
export const ALTERNATIVE =
  'Give open-gitops-PR the changed checkout with `path` and `add-paths` instead, or bump fewer files at once with `paths`.';

/** The remedy for long outputs of the modes that only read. */
export const NARROW_SEARCH = 'Narrow the search with `root`, `paths` or `kinds`.';

/** The outputs of a run that fails before it finds anything. */
export const noOutputs = {
  changed: false,
  files: [],
  changes: [],
  left: [],
  previous: {},
  patch: '',
  fields: [],
  differences: [],
} as const;

/**
 * Empties outputs that are too long for GitHub, with a warning. An empty text isn't valid JSON: a step that reads the output fails instead of
 * finding that there is nothing to do.
 */
export function withinLimit<Values extends Readonly<Record<string, string | JsonObject | readonly unknown[]>>>(
  values: Values,
  log: Log,
  remedy: string,
): { [Name in keyof Values]: Values[Name] | '' } {
  const outputs: { [Name in keyof Values]: Values[Name] | '' } = { ...values };
  for (const name in values) {
    const size = sizeOf(values[name]);
    if (size <= OUTPUT_LIMIT) continue;
    warnTooLarge(name, size, log, remedy);
    outputs[name] = '';
  }
  return outputs;
}

/** @param size in bytes. */
export function warnTooLarge(name: string, size: number, log: Log, remedy: string): void {
  log.warning(
    `The output \`${name}\` is left empty: it has ${(size / 1e6).toFixed(1)} MB, more than GitHub accepts. ${remedy}`,
    { title: 'bump-manifest-tag: output-too-large' },
  );
}

function sizeOf(value: unknown): number {
  return Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value));
}

/** The places where images still have another version. */
export function leftOutput({ left }: BumpResult) {
  return left.map(({ bump, file, line, path, reference, reason }) => {
    return { file, line, path, reference, image: imageRepository(bump.from), reason };
  });
}

export function bumpOutputs(result: BumpResult, patch: string, log: Log) {
  const { matched, files } = result;
  const changes = matched.flatMap((field) => field.changes);
  const outputs = {
    files: files.map(({ file }) => file),
    changes,
    previous: previousReferences(matched),
    patch,
    left: leftOutput(result),
  };
  const size = sizeOf(changes);
  if (size > INPUT_LIMIT && size <= OUTPUT_LIMIT)
    log.warning(
      `The output \`changes\` (${Math.ceil(size / 1000)} kB) is too long for an input of a step on Linux. ${ALTERNATIVE}`,
      { title: 'bump-manifest-tag: changes-too-long' },
    );
  return { changed: files.length > 0, ...withinLimit(outputs, log, ALTERNATIVE) };
}

/** By repository, the references of the changed fields before the change. */
function previousReferences(matched: readonly MatchedField[]): Record<string, string[]> {
  const changed = matched.filter(({ changes }) => changes.length > 0);
  const byRepository = Map.groupBy(changed, ({ bump }) => imageRepository(bump.from));
  return Object.fromEntries(
    [...byRepository].map(([repository, fields]) => [repository, [...new Set(fields.map(({ from }) => from))]]),
  );
}
