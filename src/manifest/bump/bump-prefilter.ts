import { POLICY_MARK } from '../fields/image-policies.ts';
import type { NamedField } from '../fields/named-fields.ts';
import { Prefilter } from '../files/prefilter.ts';
import type { ImageBump } from './image-bump.ts';

/** Documents without any of these texts have no field of the images: the last part of their repositories, and keys of named fields. */
export function bumpPrefilter(bumps: readonly ImageBump[], named: readonly NamedField[]): Prefilter {
  // What a move has moved already is a match too.
  const names = bumps
    .flatMap(({ from, to }) => [from.repository, to.repository])
    .map((repository) => repository.slice(repository.lastIndexOf('/') + 1));
  // If the user gives the image of a tag, its document needn't mention the image.
  const keys = named
    .filter(({ image }) => image !== undefined)
    .map(({ path }) => path.findLast((step) => step.kind === 'key')?.key ?? '');
  return new Prefilter([...names, ...keys, POLICY_MARK]);
}
