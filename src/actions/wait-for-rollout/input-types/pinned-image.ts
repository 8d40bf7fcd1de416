import { type InputType, InvalidInput } from '../../../core/input-types.ts';
import { imageReference, type PinnedImage } from '../../../image/reference.ts';

/** `ghcr.io/acme/shop@sha256:…` */
export const pinnedImage: InputType<PinnedImage> = {
  expects: 'an image reference with a digest, such as ghcr.io/acme/shop@sha256:…',
  parse(text) {
    const reference = imageReference.parse(text);
    const { digest } = reference;
    if (digest === undefined)
      throw new InvalidInput("A tag can move, a digest can't: use output `image` of build-image.");
    return { ...reference, digest };
  },
};
