import { type InputType, InvalidInput } from '../../core/input-types.ts';
import { type ImageReference, parseReference } from '../../image/reference.ts';
import { locate } from '../syntax/locate.ts';
import { type NodePath, parsePath } from '../syntax/path.ts';
import { rootOf, textAt } from '../syntax/tree.ts';
import type { Finder } from './finder.ts';
import { imagesInValues } from './image-values.ts';
import { nonEmptyText, referenceInParts, wholeReference } from './references.ts';

/** A field that the user names: `Workflow:spec.templates[*].container.image`, or `*:image.tag = ghcr.io/acme/shop`. */
export interface NamedField {
  /** The `kind` of the document; `*` for any document, also one without a `kind`. */
  readonly kind: string;
  readonly path: NodePath;
  /** The repository, if the value is only a tag or digest; otherwise the value is a whole reference or a mapping of its parts. */
  readonly image: ImageReference | undefined;
}

export const namedField: InputType<NamedField> = {
  expects: 'a document kind and a path to an image, such as Workflow:spec.templates[*].container.image',
  parse(text) {
    const match = /^(?<kind>\*|[A-Za-z][A-Za-z0-9]*):(?<path>\S+)(?:\s+=\s+(?<image>\S+))?$/.exec(text);
    const { kind, path, image } = match?.groups ?? {};
    if (kind === undefined || path === undefined)
      throw new InvalidInput(
        'Write the kind of the document (or *), a colon and the path, as in "Workflow:spec.image".',
      );
    const reference = image === undefined ? undefined : parseReference(image);
    if (image !== undefined && (!reference || reference.tag !== undefined || reference.digest !== undefined))
      throw new InvalidInput(
        `After the "=", write the repository of the tag, without tag and digest; "${image}" isn't one.`,
      );
    return { kind, path: parsePath(path), image: reference };
  },
};

/** The kind of the fields that the user names. */
export const NAMED = 'named';

/** A finder for the fields that the user names. */
export function namedFieldsFinder(named: readonly NamedField[]): Finder {
  return {
    name: NAMED,
    *find(document, { parser }) {
      const root = rootOf(document);
      const kind = textAt(root, 'kind');
      for (const { path, image } of named.filter((field) => field.kind === '*' || field.kind === kind)) {
        for (const value of locate(root, path, parser)) {
          if (image === undefined) {
            if (value.node.kind === 'mapping') yield* imagesInValues({ ...value });
            const field = wholeReference(value);
            if (field) yield field;
          } else if (value.node.kind === 'scalar') {
            const part = nonEmptyText(value)?.startsWith('sha256:') ? { digest: value } : { tag: value };
            const field = referenceInParts(value, [image], part);
            if (field) yield field;
          }
        }
      }
    },
  };
}
