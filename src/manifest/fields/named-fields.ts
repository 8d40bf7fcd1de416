import { type InputType, InvalidInput } from '../../core/input-types.ts';
import { type ImageReference, parseReference } from '../../image/reference.ts';
import { locate } from '../syntax/locate.ts';
import type { NodePath } from '../syntax/path.ts';
import { rootOf, textAt } from '../syntax/tree.ts';
import type { Finder } from './finder.ts';
import { imagesInValues } from './image-values.ts';
import { readNamedPath } from './named-path.ts';
import { imageInText, readTextPattern, type TextPattern } from './named-text.ts';
import { nonEmptyText, referenceInParts, wholeReference } from './references.ts';

/**
 * A field that the user names: `Workflow:spec.templates[*].container.image`, `*:image.tag = ghcr.io/acme/shop`, or
 * `Pod:spec.containers[0].args[0]: --img={image}`.
 */
export interface NamedField {
  /** The line as it was given. */
  readonly line: string;
  /** The `kind` of the document; `*` for any document, also one without a `kind`. */
  readonly kind: string;
  readonly path: NodePath;
  /** The text around the reference, tag or digest; without it, the value is a reference, a mapping of its parts, a tag or a digest. */
  readonly pattern: TextPattern | undefined;
  /** The repository, if the value is only a tag or digest. */
  readonly image: ImageReference | undefined;
}

export const namedField: InputType<NamedField> = {
  expects: 'a document kind and a path to an image, such as Workflow:spec.templates[*].container.image',
  parse(line) {
    const match = /^(?<kind>\*|[A-Za-z][A-Za-z0-9]*)\s*:\s*(?<rest>\S.*)$/.exec(line);
    const { kind, rest } = match?.groups ?? {};
    if (kind === undefined || rest === undefined)
      throw new InvalidInput(
        'Write the kind of the document (or *), a colon and the path, as in "Workflow:spec.image".',
      );
    const { path, sign, after } = cutPath(rest);
    const steps = readNamedPath(path);
    if (sign === undefined) return { line, kind, path: steps, pattern: undefined, image: undefined };
    if (sign === '=') return { line, kind, path: steps, pattern: undefined, image: repository(after) };
    const [text = '', image] = splitLast(after);
    const pattern = readTextPattern(text.replace(/^(["'])(?<inner>.*)\1$/, '$<inner>'));
    if (pattern.part !== 'reference' && image === undefined)
      throw new InvalidInput(
        `Only an image says whose ${pattern.part} it is: add it, as in "${text} = ghcr.io/acme/shop".`,
      );
    return { line, kind, path: steps, pattern, image: image === undefined ? undefined : repository(image) };
  },
};

/** Cuts a line at the first `=` or `:` outside of brackets and quotes, with or without blanks around it; a colon needs one after it. */
function cutPath(text: string): { path: string; sign: '=' | ':' | undefined; after: string } {
  let depth = 0;
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    if (quote !== '') {
      if (character === quote && text[at - 1] !== '\\') quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '[') depth++;
    else if (character === ']') depth--;
    else if (depth === 0 && (character === '=' || (character === ':' && text[at + 1] === ' ')))
      return { path: text.slice(0, at).trim(), sign: character, after: text.slice(at + 1).trim() };
  }
  return { path: text.trim(), sign: undefined, after: '' };
}

/** A pattern and the image after ` = `; the pattern may have other signs of equality. */
function splitLast(text: string): readonly [text: string, image?: string] {
  const at = text.lastIndexOf(' = ');
  return at < 0 ? [text] : [text.slice(0, at).trim(), text.slice(at + 3).trim()];
}

function repository(image: string): ImageReference {
  const reference = parseReference(image);
  if (!reference || reference.tag !== undefined || reference.digest !== undefined)
    throw new InvalidInput(
      `After the "=", write the repository of the tag, without tag and digest; "${image}" isn't one.`,
    );
  return reference;
}

/** The kind of the fields that the user names. */
export const NAMED = 'named';

const BARE_DIGEST: TextPattern = { before: '', part: 'digest', after: '' };

/** A finder for the fields that the user names. */
export function namedFieldsFinder(named: readonly NamedField[]): Finder {
  return {
    name: NAMED,
    *find(document, { parser }) {
      const root = rootOf(document);
      const kind = textAt(root, 'kind');
      for (const { path, pattern, image } of named.filter((field) => field.kind === '*' || field.kind === kind)) {
        for (const value of locate(root, path, parser)) {
          if (pattern) {
            const field = imageInText(value, pattern, image);
            if (field) yield field;
          } else if (image === undefined) {
            if (value.node.kind === 'mapping') yield* imagesInValues({ ...value });
            const field = wholeReference(value);
            if (field) yield field;
          } else if (value.node.kind === 'scalar') {
            const text = nonEmptyText(value) ?? '';
            const isHex = /^[0-9a-f]{64}$/.test(text);
            const part = text.startsWith('sha256:') ? { digest: value } : { tag: value };
            const field = isHex ? imageInText(value, BARE_DIGEST, image) : referenceInParts(value, [image], part);
            if (field) yield field;
          }
        }
      }
    },
  };
}
