import type { Clock } from '../../../core/clock.ts';
import type { Log } from '../../../core/log.ts';
import type { BlobSource } from '../../../image/registry/upload.ts';
import { formatBytes } from './format-bytes.ts';

/** In ms. */
const LOG_INTERVAL = 15_000;

interface ProgressOutput {
  readonly clock: Clock;
  readonly log: Log;
}

/** Logs every 15 s how many bytes of something large are done. */
export class ByteProgress {
  readonly #output: ProgressOutput;
  readonly #title: string;
  readonly #total: number;
  #done: number;
  #loggedAt: number;

  /** @param total bytes; @param done bytes that are done already */
  constructor(output: ProgressOutput, title: string, total: number, done = 0) {
    this.#output = output;
    this.#title = title;
    this.#total = total;
    this.#done = done;
    this.#loggedAt = output.clock.now();
  }

  /** Passes the bytes on and counts them. */
  async *count(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const { clock, log } = this.#output;
    for await (const chunk of bytes) {
      yield chunk;
      this.#done += chunk.length;
      if (clock.now() - this.#loggedAt < LOG_INTERVAL) continue;
      this.#loggedAt = clock.now();
      log.info(`${this.#title}  ${formatBytes(this.#done)} of ${formatBytes(this.#total)}`);
    }
  }
}

/** A blob that logs the progress of its upload. */
export function withUploadProgress(output: ProgressOutput, blob: BlobSource): BlobSource {
  const { digest, size } = blob;
  return {
    digest,
    size,
    open: (start, end) => new ByteProgress(output, digest.slice(0, 19), size, start).count(blob.open(start, end)),
  };
}
