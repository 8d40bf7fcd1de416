import type { Digest } from '../../image/digest.ts';
import type { PinnedImage } from '../../image/reference.ts';

/** Reads an image index: the digest of each platform's image, with the name of the platform. */
export type ResolvePlatforms = () => Promise<ReadonlyMap<string, string>>;

/** The image that must run. A node reports the digest of the index, or that of its own platform's image. */
export class ExpectedImage {
  readonly reference: PinnedImage;
  readonly #resolvePlatforms: ResolvePlatforms;
  readonly #onResolved: () => void;
  #platforms: ReadonlyMap<string, string> | undefined;
  #resolving: Promise<void> | undefined;

  /** @param options.onResolved called once the registry has answered. It is asked only about digests other than the expected one. */
  constructor(options: {
    readonly reference: PinnedImage;
    readonly resolvePlatforms: ResolvePlatforms;
    readonly onResolved: () => void;
  }) {
    this.reference = options.reference;
    this.#resolvePlatforms = options.resolvePlatforms;
    this.#onResolved = options.onResolved;
  }

  get digest(): Digest {
    return this.reference.digest;
  }

  /** Whether a digest is this image, and of which platform; `resolving` until the registry has answered. */
  accepts(digest: string): 'yes' | 'no' | 'resolving' | { readonly platform: string } {
    if (digest === this.digest) return 'yes';
    if (this.#platforms === undefined) {
      void this.#resolve();
      return 'resolving';
    }
    const platform = this.#platforms.get(digest);
    return platform === undefined ? 'no' : { platform };
  }

  /** Like `accepts`, but waits for the registry. */
  async matches(digest: string): Promise<boolean> {
    if (digest !== this.digest) await this.#resolve();
    return this.accepts(digest) !== 'no';
  }

  async #resolve(): Promise<void> {
    this.#resolving ??= this.#resolvePlatforms().then((platforms) => {
      this.#platforms = platforms;
      this.#onResolved();
    });
    await this.#resolving;
  }
}
