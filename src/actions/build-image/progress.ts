import type { Clock } from '../../core/clock.ts';
import type { Log } from '../../core/log.ts';
import type { BlobSource } from '../../image/registry/upload.ts';
import { formatBytes } from './format-bytes.ts';

/** How long may pass without a word, in ms. */
const SILENCE = 15_000;

/** Tells how far something large has got, every 15 s; what ends sooner is told by its end alone. */
export class ByteProgress {
  readonly #world: { readonly clock: Clock; readonly log: Log };
  readonly #title: string;
  readonly #total: number;
  #done: number;
  #toldAt: number;

  /** @param total bytes; @param done bytes that need not come any more */
  constructor(world: { readonly clock: Clock; readonly log: Log }, title: string, total: number, done = 0) {
    this.#world = world;
    this.#title = title;
    this.#total = total;
    this.#done = done;
    this.#toldAt = world.clock.now();
  }

  /** The same bytes, counted as they go by. */
  async *count(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const { clock, log } = this.#world;
    for await (const chunk of bytes) {
      yield chunk;
      this.#done += chunk.length;
      if (clock.now() - this.#toldAt < SILENCE) continue;
      this.#toldAt = clock.now();
      log.info(`${this.#title}  ${formatBytes(this.#done)} of ${formatBytes(this.#total)}`);
    }
  }
}

/** A blob whose upload tells how far it has got. */
export function withUploadProgress(world: { readonly clock: Clock; readonly log: Log }, blob: BlobSource): BlobSource {
  const { digest, size } = blob;
  return {
    digest,
    size,
    open: (start, end) => new ByteProgress(world, digest.slice(0, 19), size, start).count(blob.open(start, end)),
  };
}
