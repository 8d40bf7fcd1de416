import { InvalidInput } from '../../core/input-types.ts';
import { isDigest } from '../../image/digest.ts';
import { type ImageReference, parseReference, TAG } from '../../image/reference.ts';
import type { Cursor } from '../syntax/tree.ts';
import type { ImageField } from './field.ts';
import { nonEmptyText } from './references.ts';

/** A text with one part of a reference in it: `--img={image}`, `v{tag}`, `{digest}`. */
export interface TextPattern {
  readonly before: string;
  readonly part: 'reference' | 'tag' | 'digest';
  readonly after: string;
}

const PLACEHOLDER = /\{(?<part>image|tag|digest)\}/g;

/** @throws InvalidInput if the text hasn't one placeholder. */
export function readTextPattern(text: string): TextPattern {
  const found = [...text.matchAll(PLACEHOLDER)];
  const [match] = found;
  if (!match || found.length > 1)
    throw new InvalidInput(
      `After the path, write the whole text of the value with one of {image}, {tag} and {digest} in it, as in "--img={image}"; "${text}" has ${found.length === 0 ? 'none' : 'several'}.`,
    );
  const written = match.groups?.['part'];
  const part = written === 'tag' || written === 'digest' ? written : 'reference';
  return { before: text.slice(0, match.index), part, after: text.slice(match.index + match[0].length) };
}

/** The field of a value that fits a pattern; `undefined` for other texts. */
export function imageInText(
  value: Cursor,
  { before, part, after }: TextPattern,
  image: ImageReference | undefined,
): ImageField | undefined {
  if (value.node.kind !== 'scalar') return undefined;
  const { text } = value.node;
  if (!text.startsWith(before) || !text.endsWith(after) || text.length < before.length + after.length) return undefined;
  const written = text.slice(before.length, text.length - after.length);
  const { document, path } = value;
  const field = { document, path, shape: { kind: 'whole', value, prefix: before, suffix: after, part } } as const;
  if (part === 'reference') {
    const reference = parseReference(written);
    return reference && { ...field, names: [reference], tag: reference.tag, digest: reference.digest };
  }
  const isEmpty = written === '' || (before + after === '' && nonEmptyText(value) === undefined);
  if (!image) return undefined;
  if (part === 'tag')
    return isEmpty || TAG.test(written)
      ? { ...field, names: [image], tag: isEmpty ? undefined : written, digest: undefined }
      : undefined;
  const digest = /^[0-9a-f]{64}$/.test(written) ? `sha256:${written}` : written;
  if (!isEmpty && !isDigest(digest)) return undefined;
  const bare = digest !== written;
  return {
    ...field,
    shape: bare ? { ...field.shape, part: 'hex' } : field.shape,
    names: [image],
    tag: undefined,
    digest: isEmpty ? undefined : digest,
  };
}
