import type { FileChange } from '../changes/file-change.ts';
import type { Remark } from '../files/manifest-file.ts';
import type { FieldQuery } from '../finders/field-query.ts';
import type { Splice } from '../syntax/splice.ts';
import type { ImageBump } from './image-bump.ts';
import type { LeftPlace } from './left/left-place.ts';
import type { Obstacle } from './obstacle.ts';
import type { BumpPolicy } from './policy.ts';
import type { UnchangedCause } from './version.ts';

/** What to change, and how. */
export interface BumpRules {
  readonly bumps: readonly ImageBump[];
  readonly policy: BumpPolicy;
  readonly fields: FieldQuery;
}

export interface BumpRemark extends Remark {
  /** The image that it is about; a file that can't be read may be about any. */
  readonly bump?: ImageBump;
  readonly cause?: UnchangedCause;
  /** The reason, if it begins with a path: what follows it. */
  readonly why?: string;
}

/** A field that can't be changed. */
export interface RefusedField extends BumpRemark {
  readonly obstacle: Obstacle;
}

/** A field of one of the wanted images. */
export interface MatchedField {
  readonly bump: ImageBump;
  readonly file: string;
  readonly line: number;
  readonly path: string;
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  /** The values that change; empty if the field names the new image already. */
  readonly changes: readonly FileChange[];
}

interface Findings {
  readonly matched: readonly MatchedField[];
  /** Fields of wanted images that stay as they are, on purpose. */
  readonly unchanged: readonly BumpRemark[];
  /** What can't be searched, and image fields that only a template engine can fill. */
  readonly skipped: readonly BumpRemark[];
  /** Fields that can't be changed: nothing is written if there is one. */
  readonly refused: readonly RefusedField[];
  /** Where an image still has another version. */
  readonly left: readonly LeftPlace[];
}

export interface FileBump extends Findings {
  readonly edited: { readonly text: string; readonly splices: readonly Splice[] } | undefined;
}

export interface EditedFile {
  /** Absolute path. */
  readonly path: string;
  /** Relative to the Git top level, with `/`. */
  readonly file: string;
  readonly before: string;
  readonly after: string;
  readonly splices: readonly Splice[];
}

export interface BumpResult extends Findings {
  /** How many files were read. */
  readonly searched: number;
  readonly files: readonly EditedFile[];
}
