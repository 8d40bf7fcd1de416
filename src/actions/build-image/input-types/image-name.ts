import { type InputType, InvalidInput } from '../../../core/input-types.ts';
import {
  imageRepository,
  parseReference,
  type RepositoryReference,
  referenceProblem,
} from '../../../image/reference.ts';

/** A repository without a tag and without a digest. */
export const imageName: InputType<RepositoryReference> = {
  expects: 'an image repository without a tag, such as ghcr.io/acme/shop',
  parse(text) {
    const reference = parseReference(text);
    if (!reference) throw new InvalidInput(referenceProblem(text) ?? '');
    if (reference.tag !== undefined)
      throw new InvalidInput(`Write "${imageRepository(reference)}" here, and the tag "${reference.tag}" in \`tags\`.`);
    if (reference.digest !== undefined)
      throw new InvalidInput(`Write "${imageRepository(reference)}": the build computes the digest.`);
    return { registry: reference.registry, repository: reference.repository };
  },
};
