import type { ImagePolicies } from '../fields/image-policies.ts';
import type { Prefilter } from '../files/prefilter.ts';
import type { ManifestEdit } from '../syntax/edit.ts';
import type { Parser } from '../syntax/parse.ts';
import type { BumpRemark, BumpRules, MatchedField, RefusedField } from './bump-result.ts';
import type { ImageBump } from './image-bump.ts';

export interface FileBumpOptions {
  readonly rules: BumpRules;
  readonly prefilter: Prefilter;
  readonly parser: Parser;
  readonly policies: ImagePolicies;
  /** Images that a Kustomization gets a new entry for. */
  readonly entriesFor?: readonly ImageBump[];
}

export interface FileContext extends FileBumpOptions {
  readonly file: string;
  readonly lineAt: (offset: number) => number;
}

/** What a bump does about one place of a document. */
export type BumpFinding =
  | { readonly kind: 'matched'; readonly field: MatchedField; readonly edits: readonly ManifestEdit[] }
  | { readonly kind: 'unchanged' | 'skipped'; readonly remark: BumpRemark }
  | { readonly kind: 'refused'; readonly refused: RefusedField };
