import type { ImageBump } from '../image-bump.ts';

interface Version {
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** Whether a version next to a repository is the new one: each part that it has, in the new reference. */
export function isCurrent({ tag, digest }: Version, { to, renames }: ImageBump, isOldName: boolean): boolean {
  if (renames && isOldName) return false;
  // Only the repository changes: any version of the new one is right.
  if (to.tag === undefined && to.digest === undefined) return true;
  return (tag === undefined || tag === to.tag) && (digest === undefined || digest === to.digest);
}

/** Whether a tag is a rule for several (`1.x`, `*`), as policies have it. */
export function isConstraint(tag: string): boolean {
  return /(?:^|\.)[xX*](?:\.|$)|[\^~<>*|]/.test(tag);
}
