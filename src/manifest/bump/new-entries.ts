import { defined } from '../../core/defined.ts';
import { formatVersion, imageRepository } from '../../image/reference.ts';
import type { FileChange } from '../changes/file-change.ts';
import { type Entry, entriesInsertion } from '../syntax/add-entry.ts';
import type { ManifestEdit } from '../syntax/edit.ts';
import { resourceIdentity } from '../syntax/identity.ts';
import { formatPath } from '../syntax/path.ts';
import { type ManifestDocument, rootOf } from '../syntax/tree.ts';
import type { ImageBump } from './image-bump.ts';
import type { Pin } from './policy.ts';

/** The key of a Kustomization for its images. */
const LIST = 'images';

export interface NewEntry {
  readonly bump: ImageBump;
  readonly path: string;
  readonly from: string;
  readonly to: string;
  readonly changes: readonly FileChange[];
}

/** The entry for an image; `undefined` if the new reference lacks the tag or digest that `pin` needs. */
function entryFor({ from, to, renames }: ImageBump, pin: Pin): Entry | undefined {
  const tag = pin === 'digest' ? undefined : to.tag;
  const digest = pin === 'tag' ? undefined : to.digest;
  const lacks = { 'keep-shape': !tag && !digest && !renames, tag: !tag, digest: !digest, both: !tag || !digest }[pin];
  if (lacks) return undefined;
  return [
    { key: 'name', text: imageRepository(from) },
    ...(renames ? [{ key: 'newName', text: imageRepository(to) }] : []),
    ...(tag === undefined ? [] : [{ key: 'newTag', text: tag }]),
    ...(digest === undefined ? [] : [{ key: 'digest', text: digest }]),
  ];
}

/**
 * One edit that adds entries to a Kustomization for images that it doesn't name yet; `undefined` if its root isn't a mapping.
 * Images whose new reference lacks what `pin` needs get no entry.
 */
export function newEntries(
  document: ManifestDocument,
  bumps: readonly ImageBump[],
  pin: Pin,
  { file, lineAt }: { readonly file: string; readonly lineAt: (offset: number) => number },
): { readonly edit: ManifestEdit; readonly fields: readonly NewEntry[]; readonly line: number } | undefined {
  const node = rootOf(document)?.node;
  if (node?.kind !== 'mapping') return undefined;
  const wanted = bumps.flatMap((bump) => {
    const entry = entryFor(bump, pin);
    return entry ? [{ bump, entry }] : [];
  });
  const edit = { kind: 'append', document, node, list: LIST, entries: wanted.map(({ entry }) => entry) } as const;
  // If there is no safe place, the edit itself fails later.
  const line = lineAt(document.offset + (entriesInsertion(edit)?.start ?? 0)) + (node.flow ? 0 : 1);
  const resource = resourceIdentity(document);
  const fields = wanted.map(({ bump, entry }): NewEntry => {
    const from = imageRepository(bump.from);
    const item = [
      { kind: 'key', key: LIST },
      { kind: 'item', key: 'name', value: from },
    ] as const;
    const to =
      imageRepository(bump.to) + formatVersion({ tag: textOf(entry, 'newTag'), digest: textOf(entry, 'digest') });
    const changes = entry.slice(1).map(({ key, text }) => ({
      file,
      document: document.index,
      ...defined({ resource }),
      path: formatPath([...item, { kind: 'key', key }]),
      line,
      old: '',
      new: text,
      from,
      to,
      image: imageRepository(bump.to),
      kind: 'kustomize',
      entry: true as const,
    }));
    return { bump, path: formatPath(item), from, to, changes };
  });
  return { edit, fields, line };
}

function textOf(entry: Entry, key: string): string | undefined {
  return entry.find((each) => each.key === key)?.text;
}
