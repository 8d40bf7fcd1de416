import { type ImageReference, parseReference } from '../../image/reference.ts';
import { type Cursor, child } from '../syntax/tree.ts';
import type { Home, ImageField, ImagePart } from './field.ts';

/** The field of a scalar that holds a whole reference; `undefined` if it holds something else (other text, a template). */
export function wholeReference(value: Cursor | undefined, prefix = ''): ImageField | undefined {
  if (value?.node.kind !== 'scalar') return undefined;
  const reference = parseReference(value.node.text.slice(prefix.length));
  if (!reference) return undefined;
  const { document, path } = value;
  const { tag, digest } = reference;
  return { path, document, names: [reference], tag, digest, shape: { kind: 'whole', value, prefix } };
}

interface Parts {
  readonly registry?: Cursor | undefined;
  readonly repository?: Cursor | undefined;
  readonly prefix?: string;
  readonly tag?: Cursor | undefined;
  readonly digest?: Cursor | undefined;
  readonly home?: Home;
}

/** The parts of a reference in a mapping, by its keys. */
export function partsIn(mapping: Cursor, keys: Home['keys']): Parts {
  const valueUnder = (part: ImagePart) => {
    const key = keys.find((each) => each.part === part)?.key;
    return key === undefined ? undefined : child(mapping, key);
  };
  return {
    registry: valueUnder('registry'),
    repository: valueUnder('repository'),
    tag: valueUnder('tag'),
    digest: valueUnder('digest'),
    home: { mapping, keys },
  };
}

/** The field of a reference in parts. The tag may include the digest (`tag: 1.4.2@sha256:…`). */
export function referenceInParts(
  whole: Pick<Cursor, 'document' | 'path'>,
  names: readonly (ImageReference | undefined)[],
  { registry, repository, prefix = '', tag: tagValue, digest, home }: Parts,
): ImageField | undefined {
  const known = names.filter((name) => name !== undefined);
  if (known.length === 0) return undefined;
  const [tag, digestInTag] = nonEmptyText(tagValue)?.split('@', 2) ?? [];
  return {
    path: whole.path,
    document: whole.document,
    names: known,
    tag: tag === '' ? undefined : tag,
    digest: nonEmptyText(digest) ?? digestInTag,
    shape: { kind: 'parts', registry, repository, prefix, tag: tagValue, digest, home },
  };
}

/** The text of a scalar; `undefined` if it is empty or null. */
export function nonEmptyText(cursor: Cursor | undefined): string | undefined {
  if (cursor?.node.kind !== 'scalar') return undefined;
  const { text, style } = cursor.node;
  return text === '' || (style === 'plain' && /^(?:~|null|Null|NULL)$/.test(text)) ? undefined : text;
}

/** A repository name without tag and digest; its registry may come separately. */
export function parseRepository(name: string | undefined, registry?: string): ImageReference | undefined {
  if (name === undefined) return undefined;
  const reference = parseReference(registry === undefined ? name : `${registry}/${name}`);
  return reference?.tag === undefined && reference?.digest === undefined ? reference : undefined;
}
