import { isDigest } from '../../image/digest.ts';
import { type ImageReference, normalRepository, parseReference } from '../../image/reference.ts';
import { type Cursor, child } from '../syntax/tree.ts';
import type { Home, ImageField, ImagePart, PartExpression, PartsShape } from './field.ts';
import { holdsTemplate, readDigestValue, readTagValue, type TagValue } from './part-text.ts';

/** The field of a scalar that holds a whole reference; `undefined` if it holds something else (other text, a template). */
export function wholeReference(value: Cursor | undefined, prefix = ''): ImageField | undefined {
  if (value?.node.kind !== 'scalar') return undefined;
  const reference = parseReference(value.node.text.slice(prefix.length));
  if (!reference) return undefined;
  const { document, path } = value;
  const { tag, digest } = reference;
  return { path, document, names: [reference], tag, digest, shape: { kind: 'whole', value, prefix } };
}

export type Parts = Partial<Omit<PartsShape, 'kind' | 'inline'>>;

/** The parts of a reference in a mapping, by its keys. */
export function partsIn(mapping: Cursor, keys: Home['keys']): Parts {
  const keyOf = (part: ImagePart) => keys.find((each) => each.part === part)?.key;
  const valueUnder = (part: ImagePart) => {
    const key = keyOf(part);
    return key === undefined ? undefined : child(mapping, key);
  };
  return {
    registry: valueUnder('registry'),
    repository: valueUnder('repository'),
    tag: valueUnder('tag'),
    digest: valueUnder('digest'),
    digestKey: keyOf('digest'),
    home: { mapping, keys },
  };
}

/**
 * The field of a reference in parts. The tag may include the digest (`tag: 1.4.2@sha256:…`), and the repository may include both.
 * @param names further repositories that the field stands for, after the one that its parts give.
 */
export function referenceInParts(
  whole: Pick<Cursor, 'document' | 'path'>,
  names: readonly (ImageReference | undefined)[],
  parts: Parts,
): ImageField | undefined {
  const own = joinedName(parts);
  const known = distinct([own?.name, ...names].filter((name) => name !== undefined));
  if (known.length === 0) return undefined;
  const {
    registry,
    folder,
    repository,
    prefix = '',
    tag,
    digest,
    digestKey,
    moreDigests = [],
    isTagOptional = false,
    home,
  } = parts;
  const isAfterAlgorithm = own?.endsWithAlgorithm === true;
  const inline = own?.name.tag !== undefined || own?.name.digest !== undefined ? own.name : undefined;
  const tagValue = readTagValue(writtenText(tag), isAfterAlgorithm);
  const expressions = expressionsIn({ registry, folder, repository, digest }, tagValue);
  const contradiction = contradictionIn(parts, inline, tagValue);
  return {
    path: whole.path,
    document: whole.document,
    names: known,
    tag: tagIn(tagValue) ?? inline?.tag,
    digest:
      digestIn(digest) ??
      (tagValue.kind === 'digest' || tagValue.kind === 'tag-and-digest' ? tagValue.digest : undefined) ??
      inline?.digest,
    shape: {
      kind: 'parts',
      registry,
      folder,
      repository,
      prefix,
      inline,
      tag,
      digest,
      digestKey,
      moreDigests,
      isTagOptional,
      home,
    },
    ...(expressions.length > 0 ? { expressions } : {}),
    ...(contradiction === undefined ? {} : { contradiction }),
    ...(own?.isRegistryUnknown ? { isRegistryUnknown: true } : {}),
  };
}

interface JoinedName {
  /** With the version that the repository includes. */
  readonly name: ImageReference;
  readonly endsWithAlgorithm: boolean;
  readonly isRegistryUnknown: boolean;
}

const ALGORITHM = '@sha256';

/** The name that the consumer joins from registry, folder and repository. */
function joinedName({ registry, folder, repository, prefix = '' }: Parts): JoinedName | undefined {
  const text = nonEmptyText(repository)?.slice(prefix.length);
  if (text === undefined) return undefined;
  const endsWithAlgorithm = text.endsWith(ALGORITHM);
  const [host, folders] = [nonEmptyText(registry)?.replace(/\/$/, ''), nonEmptyText(folder)];
  const written = [folders, endsWithAlgorithm ? text.slice(0, -ALGORITHM.length) : text]
    .filter((part) => part !== undefined)
    .join('/');
  // A registry that a template gives, in its own key or at the start of the repository.
  const template = host !== undefined && holdsTemplate(host) ? '' : /^[^/]*[})%>]\/(?=[a-z0-9])/.exec(written)?.[0];
  if (template !== undefined && (template === '' || holdsTemplate(template))) {
    const name = parseReference(written.slice(template.length));
    return name && { name, endsWithAlgorithm, isRegistryUnknown: true };
  }
  const name = parseReference(host === undefined || repeatsRegistry(host, written) ? written : `${host}/${written}`);
  return name && { name, endsWithAlgorithm, isRegistryUnknown: false };
}

/** Whether a repository begins with the registry that its own key names as well. */
export function repeatsRegistry(registry: string, repository: string): boolean {
  return repository.startsWith(`${registry.replace(/\/$/, '')}/`);
}

function distinct(names: readonly ImageReference[]): ImageReference[] {
  const spelled = names.map(normalRepository);
  return names.filter((_, index) => spelled.indexOf(spelled[index] ?? '') === index);
}

function expressionsIn(
  { registry, folder, repository, digest }: Pick<Parts, 'registry' | 'folder' | 'repository' | 'digest'>,
  tag: TagValue,
): PartExpression[] {
  const templates = (
    [
      ['registry', registry],
      ['repository', folder],
      ['repository', repository],
      ['digest', digest],
    ] as const
  ).flatMap(([part, value]): PartExpression[] => {
    const text = writtenText(value);
    return text !== undefined && holdsTemplate(text) ? [{ part, text }] : [];
  });
  return tag.kind === 'expression' ? [...templates, { part: 'tag', text: tag.text }] : templates;
}

function contradictionIn(
  { digest, moreDigests = [] }: Parts,
  inline: ImageReference | undefined,
  tag: TagValue,
): string | undefined {
  if (inline && tag.kind !== 'empty') return 'has a version in the repository and another one under its own key';
  const [unknown] = [digest, ...moreDigests]
    .map(nonEmptyText)
    .filter((text) => text !== undefined && !holdsTemplate(text) && !readDigestValue(text));
  if (unknown !== undefined) return `has a digest that isn't a SHA-256 sum ("${unknown.slice(0, 80)}")`;
  const elsewhere = tag.kind === 'tag-and-digest' || tag.kind === 'digest' || inline?.digest !== undefined;
  return elsewhere && nonEmptyText(digest) !== undefined
    ? 'has two digests, one of them not under its own key'
    : undefined;
}

function tagIn(value: TagValue): string | undefined {
  if (value.kind === 'expression') return value.text;
  return value.kind === 'tag' || value.kind === 'tag-and-digest' ? value.tag : undefined;
}

/** The digest under its own key, with the algorithm; other text as it is. */
function digestIn(value: Cursor | undefined): string | undefined {
  const text = nonEmptyText(value);
  if (text === undefined || isDigest(text)) return text;
  return readDigestValue(text)?.digest ?? text;
}

/** The text of a scalar; `undefined` if it is empty or null. */
export function nonEmptyText(cursor: Cursor | undefined): string | undefined {
  if (cursor?.node.kind !== 'scalar') return undefined;
  const { text, style } = cursor.node;
  return text === '' || (style === 'plain' && /^(?:~|null|Null|NULL)$/.test(text)) ? undefined : text;
}

/** The text of a scalar, or of an unquoted `{{ expression }}`, which YAML reads as a mapping; `undefined` if there is none. */
function writtenText(cursor: Cursor | undefined): string | undefined {
  if (!cursor || cursor.node.kind === 'scalar') return nonEmptyText(cursor);
  const [start, end] = cursor.node.span;
  const written = cursor.document.text.slice(start, Math.min(end, start + 200));
  return written.startsWith('{{') ? written : undefined;
}

/** A repository name without tag and digest; its registry may come separately. */
export function parseRepository(name: string | undefined, registry?: string): ImageReference | undefined {
  if (name === undefined) return undefined;
  const reference = parseReference(registry === undefined ? name : `${registry}/${name}`);
  return reference?.tag === undefined && reference?.digest === undefined ? reference : undefined;
}
