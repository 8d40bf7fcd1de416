import { isSealedBySops } from '../fields/sops.ts';
import { editStream, type ManifestEdit } from '../syntax/edit.ts';
import { loadParser } from '../syntax/parse.ts';
import { entryEdits } from './apply-entries.ts';
import { DocumentStream } from './document-stream.ts';
import type { FileChange } from './file-change.ts';
import { resolveChange } from './resolve-change.ts';

export type ApplyResult =
  | { readonly kind: 'applied'; readonly text: string }
  /** Every value is the new one already. */
  | { readonly kind: 'already-there' }
  /** A change has no certain place any more; `reason` is a sentence. */
  | { readonly kind: 'conflict'; readonly reason: string };

/**
 * Makes the changes of a bump in a version of the file that may be newer than the bumped one: lines may have been added or removed,
 * documents and list items may have moved, other values may have changed.
 * @param changes those of this file. Either all are made or none.
 */
export async function applyChanges(source: string, changes: readonly FileChange[]): Promise<ApplyResult> {
  const parser = await loadParser();
  // Loaded only if there is something to change.
  const { isSameImage } = await import('./same-image.ts');
  const stream = new DocumentStream(source, parser);
  const edits: ManifestEdit[] = [];
  const added = entryEdits(
    changes.filter(({ entry }) => entry),
    stream,
  );
  if (added.kind === 'conflict') return added;
  for (const edit of added.edits) edits.push(edit);
  for (const change of changes.filter(({ entry }) => !entry)) {
    const resolved = resolveChange(change, { stream, parser, isSameImage });
    if (resolved.kind === 'conflict') return resolved;
    if (resolved.kind === 'edit') edits.push(resolved.edit);
  }
  if (edits.length === 0) return { kind: 'already-there' };
  if (edits.some(({ document }) => isSealedBySops(document)))
    return { kind: 'conflict', reason: `The MAC of SOPS in ${changes[0]?.file ?? 'the file'} covers the value now.` };
  const edited = editStream(source, edits, parser);
  return edited.kind === 'edited'
    ? { kind: 'applied', text: edited.text }
    : { kind: 'conflict', reason: `${changes[0]?.file ?? 'The file'} can't be edited safely: ${edited.reason}.` };
}
