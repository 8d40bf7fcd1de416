import type { ImageBump } from '../image-bump.ts';

/** A place where an image still has another version after a bump. */
export interface LeftPlace {
  readonly bump: ImageBump;
  /** Relative to the Git top level, with `/`. */
  readonly file: string;
  /** From 1, in the file before the bump. */
  readonly line: number;
  /** The value that the place is in; empty in a document that can't be parsed. */
  readonly path: string;
  /** The reference there: `ghcr.io/acme/shop:1.0.0`. */
  readonly reference: string;
  /** Why it wasn't changed: the end of a sentence that begins with the place. */
  readonly reason: string;
}

/** A place in the text of a document. Offsets are in UTF-16 units. */
export interface Mention {
  readonly bump: ImageBump;
  readonly start: number;
  readonly end: number;
  readonly reference: string;
}
