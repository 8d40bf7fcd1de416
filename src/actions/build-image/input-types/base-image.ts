import { type InputType, InvalidInput } from '../../../core/input-types.ts';
import { type ImageReference, parseReference, referenceProblem } from '../../../image/reference.ts';

/** What the layers engine builds on: nothing, or another image. */
export type Base = 'scratch' | ImageReference;

export const baseImage: InputType<Base> = {
  expects: 'an image reference such as debian:13-slim or ghcr.io/acme/base@sha256:…, or scratch',
  parse(text) {
    if (text === 'scratch') return text;
    const reference = parseReference(text);
    if (reference) return reference;
    throw new InvalidInput(referenceProblem(text) ?? '');
  },
};
