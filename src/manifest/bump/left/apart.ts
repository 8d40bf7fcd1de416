import { imageRepository, TAG } from '../../../image/reference.ts';
import type { FoundField } from '../../fields/find-fields.ts';
import { nonEmptyText } from '../../fields/references.ts';
import { parseEmbedded } from '../../syntax/embedded.ts';
import type { Node } from '../../syntax/node.ts';
import type { Parser } from '../../syntax/parse.ts';
import { type Cursor, child, items, mappingEntries, selfAndDescendants } from '../../syntax/tree.ts';
import type { ImageBump } from '../image-bump.ts';
import { isConstraint, isCurrent } from './is-current.ts';
import { spellingsOf } from './spellings.ts';

/** A version under a key of its own, near the repository that it belongs to. */
export interface ApartVersion {
  readonly bump: ImageBump;
  readonly value: Cursor;
  readonly reference: string;
}

interface ApartQuery {
  readonly bumps: readonly ImageBump[];
  /** What fields hold. */
  readonly claimed: ReadonlySet<Node>;
  readonly parser: Parser;
}

const VERSION_KEY = /(?:tag|version|digest|sha|sha256|hash|release|revision|(?:^|[._-])ver|Ver)$/i;
/** Versions of something else. */
const OTHER_VERSION = /^apiVersion$|chart|kube|schema|resourceVersion|^targetRevision$/i;
/** Words of a key that don't say which repository or version it is about. */
const GENERAL = new Set(
  'image images img repository repo registry name path url uri ref tag ver version digest sha sha256 hash release revision'.split(
    ' ',
  ),
);

interface Entry {
  readonly key: string;
  readonly value: Cursor;
}

/** Versions in layouts that no finder knows: a repository and another version than the new one, under neighboring keys or in a list of names and values. */
export function* versionsApart(
  root: Cursor | undefined,
  text: string,
  { bumps, claimed, parser }: ApartQuery,
): Generator<ApartVersion> {
  const wanted = bumps.filter(({ from }) => text.includes(from.repository.slice(from.repository.lastIndexOf('/') + 1)));
  if (wanted.length === 0) return;
  const namings = wanted.map((bump) => ({ bump, spellings: spellingsOf(bump.from) }));
  for (const cursor of selfAndDescendants(root)) {
    if (cursor.node.kind === 'scalar' && cursor.node.style === 'literal')
      yield* versionsApart(parseEmbedded(cursor, parser), cursor.node.text, { bumps: wanted, claimed, parser });
    if (claimed.has(cursor.node)) continue;
    const entries = entriesOf(cursor).filter(({ value }) => !claimed.has(value.node));
    if (entries.length < 2) continue;
    const texts = new Set(entries.map(({ value }) => nonEmptyText(value)));
    for (const { bump, spellings } of namings) {
      const named = entries.find(({ value }) => {
        const name = nonEmptyText(value)?.replace(/^(?:oci|docker):\/\//, '');
        return spellings.some(
          ({ host, path }) =>
            name === imageRepository({ registry: host, repository: path }) || (name === path && texts.has(host)),
        );
      });
      if (named) yield* versionsNear(named, entries, bump);
    }
  }
}

function entriesOf(cursor: Cursor): readonly Entry[] {
  if (cursor.node.kind === 'mapping') return mappingEntries(cursor);
  if (cursor.node.kind !== 'list') return [];
  return items(cursor).flatMap((item) => {
    const [key, value] = [nonEmptyText(child(item, 'name') ?? child(item, 'key')), child(item, 'value')];
    return key !== undefined && value ? [{ key, value }] : [];
  });
}

function* versionsNear(named: Entry, entries: readonly Entry[], bump: ImageBump): Generator<ApartVersion> {
  const versions = entries.filter(({ key }) => VERSION_KEY.test(key) && !OTHER_VERSION.test(key));
  const subject = subjectOf(named.key);
  const own = versions.filter(({ key }) => subjectOf(key) === subject);
  for (const { value } of own.length > 0 ? own : versions.slice(0, versions.length === 1 ? 1 : 0)) {
    const text = nonEmptyText(value);
    if (text === undefined || isConstraint(text)) continue;
    const digest = /^(?:sha256:)?(?<hex>[0-9a-f]{64})$/.exec(text)?.groups?.['hex'];
    const version =
      digest === undefined ? { tag: text, digest: undefined } : { tag: undefined, digest: `sha256:${digest}` };
    if ((version.tag !== undefined && !TAG.test(version.tag)) || isCurrent(version, bump, true)) continue;
    const suffix = version.tag === undefined ? `@${version.digest}` : `:${version.tag}`;
    yield { bump, value, reference: imageRepository(bump.from) + suffix };
  }
}

/** What a key is about: `shop` for `shopImage` and for `SHOP_IMAGE_TAG`. */
function subjectOf(key: string): string {
  const words = key
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[._-]/);
  const last = words.findLastIndex((word) => word !== '' && !GENERAL.has(word));
  return words.slice(0, last + 1).join('_');
}

/** The values of fields, and the mappings that hold them. */
export function claimedNodes(found: readonly FoundField[]): ReadonlySet<Node> {
  return new Set(
    found.flatMap(({ field: { shape } }) => {
      if (shape.kind === 'whole') return [shape.value.node];
      const { registry, folder, repository, tag, digest, moreDigests, home } = shape;
      const values = [registry, folder, repository, tag, digest, ...moreDigests, home?.mapping];
      return values.flatMap((cursor) => cursor?.node ?? []);
    }),
  );
}
