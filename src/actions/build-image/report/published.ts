import type { Digest } from '../../../image/digest.ts';
import { formatPlatform } from '../../../image/platform.ts';
import type { ResolvedImage } from '../../../image/registry/platforms.ts';
import type { Engine } from '../engines/engine.ts';
import type { BuildSpec } from '../session/build-spec.ts';

/** An image that is in its registries, under all its tags. */
export interface PublishedImage {
  readonly spec: BuildSpec;
  readonly engine: Engine;
  readonly image: ResolvedImage;
  /** How long the build and the push took, in ms. */
  readonly durationMs: number;
}

/** `linux/amd64` → the digest of its image. */
export function platformDigests({ platforms }: ResolvedImage): Readonly<Record<string, Digest>> {
  return Object.fromEntries(platforms.map(({ platform, digest }) => [formatPlatform(platform), digest]));
}
