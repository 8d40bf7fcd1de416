import { raw } from './raw.ts';
import { ref } from './ref.ts';
import { semver } from './semver.ts';
import { sha } from './sha.ts';
import type { TagType } from './tag-type.ts';

/** All types of rules in the input `tags`. */
export const TAG_TYPES = { raw, sha, ref, semver } satisfies Readonly<Record<string, TagType>>;

export type TagTypeName = keyof typeof TAG_TYPES;

export const TAG_TYPE_NAMES: readonly TagTypeName[] = Object.keys(TAG_TYPES).filter((name) => isTagType(name));

export function isTagType(name: string): name is TagTypeName {
  return Object.hasOwn(TAG_TYPES, name);
}
