import type { ImageReference } from '../../image/reference.ts';
import type { NodePath } from '../syntax/path.ts';
import type { Cursor, ManifestDocument } from '../syntax/tree.ts';

/** A place in a manifest that names an image. */
export interface ImageField {
  /** The place as a whole: the container's `image`, the entry of `images:`, the mapping of Helm values. */
  readonly path: NodePath;
  readonly document: ManifestDocument;
  /** The repositories that the field stands for. A Kustomize entry has two: the new name and the name that it replaces. */
  readonly names: readonly ImageReference[];
  readonly tag: string | undefined;
  readonly digest: string | undefined;
  readonly shape: Shape;
  /** Why the field's tag has no effect: the end of a sentence that begins with the field's path. */
  readonly overruled?: string;
  /** Parts whose value only another program knows. */
  readonly expressions?: readonly PartExpression[];
  /** Why no consumer can join the parts to a reference: the end of a sentence that begins with the field's path. */
  readonly contradiction?: string;
  /** Whether a template gives the registry, so that the names lack it. */
  readonly isRegistryUnknown?: true;
}

/** A part of a reference that isn't literal: a template, or a rule for versions. */
export interface PartExpression {
  readonly part: ImagePart;
  readonly text: string;
}

/** How the reference is written. */
export type Shape =
  /** In one scalar: `repo:tag@digest`, perhaps after a prefix such as `name=`. */
  | {
      readonly kind: 'whole';
      readonly value: Cursor;
      readonly prefix: string;
      readonly suffix?: string;
      /** The part that stands alone in the scalar, if it isn't the whole reference; `hex` is a digest without `sha256:`. */
      readonly part?: 'reference' | 'tag' | 'digest' | 'hex';
    }
  /** In several scalars. */
  | PartsShape;

/** A part that the manifest doesn't have is `undefined`. */
export interface PartsShape {
  readonly kind: 'parts';
  readonly registry: Cursor | undefined;
  /** The path before the repository, if the repository has only the last part of the name: `{repository: nvcr.io/nvidia, image: driver}`. */
  readonly folder: Cursor | undefined;
  readonly repository: Cursor | undefined;
  /** What precedes the repository in its scalar: `oci://`. */
  readonly prefix: string;
  /** The version in the scalar of the repository: `repository: acme/shop:1.4.2`. */
  readonly inline: { readonly tag: string | undefined; readonly digest: string | undefined } | undefined;
  readonly tag: Cursor | undefined;
  readonly digest: Cursor | undefined;
  /** The key of the digest: its name says in which form an empty one is written. */
  readonly digestKey: string | undefined;
  /** More values with the image's digest, under other keys. */
  readonly moreDigests: readonly Cursor[];
  /** Whether the consumer is known to take a digest without a tag. Many charts write the colon in any case. */
  readonly isTagOptional: boolean;
  /** The mapping that a missing part can be added to; `undefined` if the parts aren't in one mapping. */
  readonly home: Home | undefined;
}

export type ImagePart = 'registry' | 'repository' | 'tag' | 'digest';

/** A mapping that holds the parts of a reference. */
export interface Home {
  readonly mapping: Cursor;
  /** The keys of the parts, in the order in which people write them. A key without `part` only sets the order. */
  readonly keys: readonly { readonly key: string; readonly part?: ImagePart }[];
}
