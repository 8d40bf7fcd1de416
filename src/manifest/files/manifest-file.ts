export interface ManifestFile {
  /** Relative to the Git top level, with `/`. */
  readonly file: string;
  readonly text: string;
}

/** A remark about a place in a manifest. */
export interface Remark {
  readonly file: string;
  readonly line: number;
  /** The end of a sentence that begins with the place. */
  readonly reason: string;
}
