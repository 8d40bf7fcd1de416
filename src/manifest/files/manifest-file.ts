import type { ImageBump } from '../bump/image-bump.ts';

export interface ManifestFile {
  /** Relative to the Git top level, with `/`. */
  readonly file: string;
  readonly text: string;
}

/** What is to be said about a place in a manifest. */
export interface Remark {
  readonly file: string;
  readonly line: number;
  /** The end of a sentence that begins with the place. */
  readonly reason: string;
  /** The wanted image that it is about; a file that can't be read may be about any. */
  readonly bump?: ImageBump;
}
