import { type ImageReference, parseReference } from '../../image/reference.ts';
import { embedded } from '../syntax/embedded.ts';
import type { Parser } from '../syntax/parse.ts';
import type { NodePath } from '../syntax/path.ts';
import { type Cursor, child, type ManifestDocument } from '../syntax/tree.ts';

/** A place in a manifest that names an image. */
export interface ImageField {
  /** The finder that found it. */
  readonly kind: string;
  /** The place as a whole: the container, the entry of `images:`, the value. */
  readonly path: NodePath;
  readonly document: ManifestDocument;
  /** The repositories by which the field is meant; a Kustomize entry has two. */
  readonly names: readonly ImageReference[];
  /** What it names now. */
  readonly tag: string | undefined;
  readonly digest: string | undefined;
  readonly shape: Shape;
  /** Why the tag beside it counts for nothing: the end of a sentence that begins with the field. */
  readonly overruled?: string;
}

/** How the reference is written. */
export type Shape =
  /** All in one scalar: `repo:tag@digest`, perhaps after a lead such as `name=`. */
  | { readonly kind: 'whole'; readonly value: Cursor; readonly lead: string }
  /** Spread over several scalars; a part that is not written is `undefined`. */
  | {
      readonly kind: 'parts';
      readonly registry: Cursor | undefined;
      readonly repository: Cursor | undefined;
      /** What stands before the repository in its value: `oci://`. */
      readonly lead: string;
      readonly tag: Cursor | undefined;
      readonly digest: Cursor | undefined;
      /** Where a missing part can be added; `undefined` where the parts are no neighbours. */
      readonly home: Home | undefined;
    };

/** A mapping that holds the parts of a reference. */
export interface Home {
  readonly mapping: Cursor;
  /** How the parts are called there, in the order in which people write them; a key that is no part has no name. */
  readonly keys: readonly { readonly key: string; readonly part?: 'registry' | 'repository' | 'tag' | 'digest' }[];
}

/** Finds the image fields of one kind. A new kind is a new file here and a line in finders.ts. */
export interface Finder {
  readonly name: string;
  /** Each place once. */
  find(document: ManifestDocument, context: FinderContext): Iterable<ImageField>;
}

export interface FinderContext {
  /** The file's path, with `/`. */
  readonly file: string;
  readonly parser: Parser;
  /** Whether texts in block scalars are searched that are YAML themselves. */
  readonly embedded: boolean;
  /** Each place that borrows a value by an alias or a merge key counts, not only the value. */
  readonly distinctAliases: boolean;
  /** The images of Flux's image policies. */
  readonly policies: ReadonlyMap<string, ImageReference>;
}

/** The YAML text in a literal block scalar, where such texts are searched. */
export function textIn(cursor: Cursor | undefined, { parser, embedded: searched }: FinderContext): Cursor | undefined {
  return searched ? embedded(cursor, parser) : undefined;
}

/** The field of a scalar that holds a whole reference; `undefined` where it holds none (another text, a template). */
export function wholeReference(kind: string, value: Cursor | undefined, lead = ''): ImageField | undefined {
  if (value?.node.kind !== 'scalar') return undefined;
  const reference = parseReference(value.node.text.slice(lead.length));
  if (!reference) return undefined;
  const { document, path } = value;
  const { tag, digest } = reference;
  return { kind, path, document, names: [reference], tag, digest, shape: { kind: 'whole', value, lead } };
}

interface Parts {
  readonly registry?: Cursor | undefined;
  readonly repository?: Cursor | undefined;
  readonly lead?: string;
  readonly tag?: Cursor | undefined;
  readonly digest?: Cursor | undefined;
  readonly home?: Home;
}

/** The parts that stand in a mapping under some keys. */
export function partsIn(mapping: Cursor, keys: Home['keys']): Parts {
  const part = (name: string) => {
    const key = keys.find((each) => each.part === name)?.key;
    return key === undefined ? undefined : child(mapping, key);
  };
  return {
    registry: part('registry'),
    repository: part('repository'),
    tag: part('tag'),
    digest: part('digest'),
    home: { mapping, keys },
  };
}

/** The field of a reference in parts; a tag may carry its digest (`tag: 1.4.2@sha256:…`). */
export function referenceInParts(
  kind: string,
  whole: Pick<Cursor, 'document' | 'path'>,
  names: readonly (ImageReference | undefined)[],
  { registry, repository, lead = '', tag: tagValue, digest, home }: Parts,
): ImageField | undefined {
  const known = names.filter((name) => name !== undefined);
  if (known.length === 0) return undefined;
  const [tag, carried] = filled(tagValue)?.split('@', 2) ?? [];
  return {
    kind,
    path: whole.path,
    document: whole.document,
    names: known,
    tag: tag === '' ? undefined : tag,
    digest: filled(digest) ?? carried,
    shape: { kind: 'parts', registry, repository, lead, tag: tagValue, digest, home },
  };
}

/** The text of a scalar; `undefined` for an empty one and for null, which name nothing. */
export function filled(cursor: Cursor | undefined): string | undefined {
  if (cursor?.node.kind !== 'scalar') return undefined;
  const { text, style } = cursor.node;
  return text === '' || (style === 'plain' && /^(?:~|null|Null|NULL)$/.test(text)) ? undefined : text;
}

/** A repository name without tag and digest, perhaps with its registry apart. */
export function repositoryOf(name: string | undefined, registry?: string): ImageReference | undefined {
  if (name === undefined) return undefined;
  const reference = parseReference(registry === undefined ? name : `${registry}/${name}`);
  return reference?.tag === undefined && reference?.digest === undefined ? reference : undefined;
}
