import { imageRepository, normalRepository } from '../../../image/reference.ts';
import type { ImageBump } from '../image-bump.ts';
import { isConstraint, isCurrent } from './is-current.ts';
import type { Mention } from './left-place.ts';
import { type Spelling, spellingsOf } from './spellings.ts';

const TAG = '[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}';
const DIGEST = 'sha256:[0-9a-f]{64}';

/** What may precede a repository with its registry, and one of Docker Hub without: a port or a path makes it another name. */
const BEFORE_HOST = String.raw`(?<=^|[^A-Za-z0-9_./-]|\\[nrt]|:\\?/\\?/)`;
const BEFORE_PATH = String.raw`(?<=^|[^A-Za-z0-9_./:@-]|\\[nrt]|(?:docker|oci):\\?/\\?/)`;

const VERSION = [
  // repo:1.0.0@sha256:…; a slash makes it a port, an expression makes it a template.
  `:(?<tag>${TAG})(?![A-Za-z0-9_./$%<{-])(?:@(?<both>${DIGEST}))?`,
  `@(?<digest>${DIGEST})`,
  // repo:${TAG:-1.0.0}
  String.raw`:\$\{[A-Za-z0-9_]+:?[-=](?<fallback>${TAG})\}`,
  // repo: 1.0.0 and repo = "1.0.0"
  String.raw`\\?["']?[ \t]*[:=][ \t]*\\?["']?(?<apart>v?[0-9][A-Za-z0-9_.-]{0,127}|${DIGEST})(?![A-Za-z0-9_./:@$%<{-])`,
].join('|');

/** A cache. */
const patterns = new WeakMap<ImageBump, readonly NamePattern[]>();

interface NamePattern {
  /** Every text with a match contains this. */
  readonly hint: string;
  readonly regexp: RegExp;
  readonly isOldName: boolean;
  /** `redis` alone may also be a host name or a user. */
  readonly isWord: boolean;
}

/** The places of a text where a repository has another version than the new one, in order. Comments count too. */
export function mentionsIn(text: string, bumps: readonly ImageBump[]): Mention[] {
  const found = bumps.flatMap((bump) =>
    patternsOf(bump)
      .filter(({ hint }) => text.includes(hint))
      .flatMap((pattern) => [...mentionsOf(text, bump, pattern)]),
  );
  return found.sort((a, b) => a.start - b.start);
}

function* mentionsOf(text: string, bump: ImageBump, { regexp, isOldName, isWord }: NamePattern): Generator<Mention> {
  for (const match of text.matchAll(regexp)) {
    const { name = '', tag, both, digest, fallback, apart } = match.groups ?? {};
    const isDigest = apart?.startsWith('sha256:') ?? false;
    const written = tag ?? fallback ?? (isDigest ? undefined : apart);
    // The end of a sentence isn't part of the tag.
    const version = {
      tag: written?.replace(/[.-]{1,128}$/, ''),
      digest: both ?? digest ?? (isDigest ? apart : undefined),
    };
    if (isCurrent(version, bump, isOldName)) continue;
    if (version.tag !== undefined && (isConstraint(version.tag) || (isWord && !isLikelyTag(version.tag)))) continue;
    const end = match.index + match[0].length;
    const suffix = `${version.tag === undefined ? '' : `:${version.tag}`}${version.digest === undefined ? '' : `@${version.digest}`}`;
    yield { bump, start: match.index, end, reference: name.replaceAll('\\', '') + suffix };
  }
}

/** `redis:6379` is a port, `postgres:password` a login. */
function isLikelyTag(tag: string): boolean {
  return (/[0-9]/.test(tag) && !/^[0-9]{4,5}$/.test(tag)) || tag === 'latest';
}

function patternsOf(bump: ImageBump): readonly NamePattern[] {
  const known = patterns.get(bump);
  if (known) return known;
  const names =
    bump.renames && normalRepository(bump.from) !== normalRepository(bump.to)
      ? (['from', 'to'] as const)
      : (['from'] as const);
  const made = names.flatMap((side) => {
    const spellings = spellingsOf(bump[side]);
    const withHost = spellings.filter(({ host }) => host !== undefined);
    const alone = spellings.filter(({ host }) => host === undefined);
    return [
      namePattern(withHost, BEFORE_HOST, side === 'from'),
      ...(alone.length > 0 ? [namePattern(alone, BEFORE_PATH, side === 'from')] : []),
    ];
  });
  patterns.set(bump, made);
  return made;
}

function namePattern(spellings: readonly Spelling[], before: string, isOldName: boolean): NamePattern {
  const paths = spellings.map(({ path }) => path);
  const shortest = paths.reduce((a, b) => (b.length < a.length ? b : a), paths[0] ?? '');
  const names = spellings.map(({ host, path }) =>
    imageRepository({ registry: host, repository: path })
      .replace(/[^A-Za-z0-9/]/g, '\\$&')
      // JSON may escape slashes.
      .replaceAll('/', String.raw`\\?/`),
  );
  return {
    hint: shortest.slice(shortest.lastIndexOf('/') + 1),
    regexp: new RegExp(`${before}(?<name>${names.join('|')})(?:${VERSION})`, 'gm'),
    isOldName,
    isWord: !shortest.includes('/') && spellings.every(({ host }) => host === undefined),
  };
}
