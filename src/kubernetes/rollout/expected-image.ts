import type { ImageReference } from '../../image/reference.ts';

/** What a digest leads to: the digests of its platforms' images, each with the platform's name. */
export type ResolvePlatforms = () => Promise<ReadonlyMap<string, string>>;

/** The image that must run, by its digest; a node may report the index's digest or that of its own platform's image. */
export class ExpectedImage {
  readonly reference: ImageReference;
  readonly digest: string;
  readonly #resolve: ResolvePlatforms;
  readonly #onResolved: () => void;
  #platforms: ReadonlyMap<string, string> | undefined;
  #asking: Promise<void> | undefined;

  /** @param options.onResolved called when the registry has answered; it is asked only for a digest that is not the expected one. */
  constructor(options: {
    readonly reference: ImageReference;
    readonly digest: string;
    readonly resolve: ResolvePlatforms;
    readonly onResolved: () => void;
  }) {
    this.reference = options.reference;
    this.digest = options.digest;
    this.#resolve = options.resolve;
    this.#onResolved = options.onResolved;
  }

  /** Whether a digest is this image, and as which platform; `asking` until the registry has answered. */
  accepts(digest: string): 'yes' | 'no' | 'asking' | { readonly platform: string } {
    if (digest === this.digest) return 'yes';
    if (this.#platforms === undefined) {
      void this.#ask();
      return 'asking';
    }
    const platform = this.#platforms.get(digest);
    return platform === undefined ? 'no' : { platform };
  }

  /** Whether a digest is this image, once the registry has answered. */
  async matches(digest: string): Promise<boolean> {
    if (digest !== this.digest) await this.#ask();
    return this.accepts(digest) !== 'no';
  }

  async #ask(): Promise<void> {
    this.#asking ??= this.#resolve().then((platforms) => {
      this.#platforms = platforms;
      this.#onResolved();
    });
    await this.#asking;
  }
}
