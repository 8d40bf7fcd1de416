import { type InputType, InvalidInput } from '../../core/input-types.ts';
import { type ImageReference, imageReference, normalRepository } from '../../image/reference.ts';

/** What an image shall become: fields that name the repository `from` get `to`. */
export interface ImageBump {
  readonly from: ImageReference;
  readonly to: ImageReference;
  /** The repository changes as well (`old/repo => new/repo:tag`). */
  readonly renames: boolean;
}

/** An input that takes a new image reference, or `old/repo => new/repo:tag`. */
export const imageBump: InputType<ImageBump> = {
  expects:
    'an image reference such as ghcr.io/acme/shop:1.4.2 or ghcr.io/acme/shop@sha256:…, or old/repo => new/repo:tag',
  parse(text) {
    const sides = text.split(/\s*=>\s*/);
    const [left = '', right] = sides;
    if (sides.length > 2) throw new InvalidInput('One "=>" stands between the old repository and the new reference.');
    const from = imageReference.parse(left);
    if (right === undefined) {
      if (from.tag === undefined && from.digest === undefined)
        throw new InvalidInput('It says neither a tag nor a digest: to what shall the fields change?');
      return { from, to: from, renames: false };
    }
    if (from.tag !== undefined || from.digest !== undefined)
      throw new InvalidInput('Before the "=>" stands a repository without tag and digest: all its fields change.');
    return { from, to: imageReference.parse(right), renames: true };
  },
};

/** Two bumps of the same repository, or one that would change what another made; `undefined` where there are none. */
export function conflictingBumps(bumps: readonly ImageBump[]): string | undefined {
  const sources = bumps.map(({ from }) => normalRepository(from));
  const twice = sources.find((name, i) => sources.indexOf(name) !== i);
  if (twice !== undefined) return `names ${twice} twice, with what it shall become each time`;
  const chained = bumps.find(({ to, renames }) => renames && sources.includes(normalRepository(to)));
  return (
    chained && `moves ${normalRepository(chained.from)} to ${normalRepository(chained.to)}, which another line changes`
  );
}
