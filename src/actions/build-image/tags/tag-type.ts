import type { GitContext } from '../source/git-context.ts';

export type TagAttributes = Readonly<Record<string, string>>;

/** A type of rule in the input `tags`, as in docker/metadata-action. */
export interface TagType {
  /** The default priority. The tag with the highest priority is the version. */
  readonly priority: number;
  /** The attributes that rules of this type take in addition to the common ones. */
  readonly attributes: readonly string[];
  /** What is wrong with the attributes of a rule, as a sentence; `undefined` if nothing is. */
  problem(attributes: TagAttributes): string | undefined;
  /** The default prefix. */
  prefix(attributes: TagAttributes): string;
  /** The tag without prefix and suffix; `undefined` if the rule gives no tag for this commit and event. */
  tag(attributes: TagAttributes, git: GitContext): string | undefined;
}
