import { type InputType, InvalidInput } from '../../core/input-types.ts';
import { type ImageReference, imageReference, normalRepository } from '../../image/reference.ts';

/** A change of an image: fields that name the repository `from` get the reference `to`. */
export interface ImageBump {
  readonly from: ImageReference;
  readonly to: ImageReference;
  /** Whether the repository changes as well (`old/repo => new/repo:tag`). */
  readonly renames: boolean;
}

/** An input that takes a new image reference, or `old/repo => new/repo:tag`. */
export const imageBump: InputType<ImageBump> = {
  expects:
    'an image reference such as ghcr.io/acme/shop:1.4.2 or ghcr.io/acme/shop@sha256:…, or old/repo => new/repo:tag',
  parse(text) {
    const sides = text.split('=>').map((side) => side.trim());
    const [left = '', right] = sides;
    const equals = /^(?<old>[^=\s]+?)=(?<new>[^=>\s]+)$/.exec(text.trim())?.groups;
    if (equals)
      throw new InvalidInput(
        `In \`kustomize edit set image\`, "=" separates the old name from the new reference; here it is "=>": ${equals['old']} => ${equals['new']}`,
      );
    if (sides.length > 2) throw new InvalidInput('Write one "=>", between the old repository and the new reference.');
    const from = imageReference.parse(left);
    if (right === undefined) {
      if (from.tag === undefined && from.digest === undefined)
        throw new InvalidInput('It has neither a tag nor a digest: add one.');
      return { from, to: from, renames: false };
    }
    if (from.tag !== undefined || from.digest !== undefined)
      throw new InvalidInput('Before the "=>", write a repository without tag and digest: all its fields change.');
    return { from, to: imageReference.parse(right), renames: true };
  },
};

/** What contradicts itself in a list of bumps: a repository that two of them change, or that one moves to and another changes. */
export function conflictingBumps(bumps: readonly ImageBump[]): string | undefined {
  const sources = bumps.map(({ from }) => normalRepository(from));
  const twice = sources.find((name, i) => sources.indexOf(name) !== i);
  if (twice !== undefined) return `has two new references for ${twice}`;
  const chained = bumps.find(({ to, renames }) => renames && sources.includes(normalRepository(to)));
  return (
    chained && `moves ${normalRepository(chained.from)} to ${normalRepository(chained.to)}, which another line changes`
  );
}
