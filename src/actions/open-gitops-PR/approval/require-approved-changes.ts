import { ActionError } from '../../../core/error.ts';
import type { FileChange } from '../../../manifest/changes/file-change.ts';

/** What a person approves about a change. Its line, and the value before it, may differ: others may have changed the file since. */
const APPROVED_FIELDS = [
  'new',
  'to',
  'image',
  'file',
  'document',
  'resource',
  'path',
  'kind',
  'beside',
  'entry',
  'shared',
  'detached',
] as const satisfies readonly (keyof FileChange)[];

/** Fields that say where a change is made. */
const PLACE_FIELDS = ['file', 'document', 'path'] as const satisfies readonly (keyof FileChange)[];

interface ComparedChanges {
  readonly changes: readonly FileChange[] | undefined;
  /** `undefined` if no approval is required. */
  readonly approvedChanges: readonly FileChange[] | undefined;
}

/**
 * Requires that the changes are exactly the approved ones, in any order. Texts are equal only if all their bytes are: images and paths that
 * differ only by case, white space or Unicode normalization are different ones.
 * @throws ActionError `approved-change-differs`
 */
export function requireApprovedChanges({ changes = [], approvedChanges }: ComparedChanges): void {
  if (approvedChanges === undefined) return;
  const unapproved = without(changes, approvedChanges);
  const left = without(approvedChanges, changes);
  const [first] = unapproved;
  const counterpart = first && left.find((one) => canonical(one, PLACE_FIELDS) === canonical(first, PLACE_FIELDS));
  const [missing] = left;
  if (first && counterpart) throw changeDiffers(`${placeOf(first)}: ${describeDifference(first, counterpart)}`);
  const sentences = [
    first && `${placeOf(first)} would get ${exact(first.new)}, which nobody has approved`,
    missing && `${placeOf(missing)} would not get the approved ${exact(missing.new)}`,
  ].filter((sentence) => sentence !== undefined);
  if (sentences.length > 0) throw changeDiffers(sentences.join('; '));
}

/** The changes that are not in a second list. What is listed twice must be there twice. */
function without(changes: readonly FileChange[], others: readonly FileChange[]): FileChange[] {
  const left = Map.groupBy(others, (change) => canonical(change, APPROVED_FIELDS));
  return changes.filter((change) => left.get(canonical(change, APPROVED_FIELDS))?.pop() === undefined);
}

function canonical(change: FileChange, fields: readonly (keyof FileChange)[]): string {
  return JSON.stringify(fields.map((field) => change[field] ?? null));
}

function describeDifference(change: FileChange, approved: FileChange): string {
  const field = APPROVED_FIELDS.find((name) => change[name] !== approved[name]) ?? 'new';
  return `\`${field}\` is ${exact(change[field])}, but ${exact(approved[field])} was approved`;
}

function placeOf({ file, line, path }: FileChange): string {
  return `${exact(file)} line ${line} (${exact(path)})`;
}

/** A value with all characters that look alike or can't be seen as escapes. */
function exact(value: FileChange[keyof FileChange]): string {
  if (value === undefined) return 'nothing';
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

function changeDiffers(what: string): ActionError {
  return new ActionError({
    code: 'approved-change-differs',
    message: `Nothing was merged: the change is no longer the approved one. ${what}.`,
    remedy: 'Re-run all jobs: they propose the change again, and it waits for a new approval.',
  });
}
