import { Readable } from 'node:stream';
import { NetworkError } from './error.ts';
import type { TimeLimit } from './time-limit.ts';

interface Parts {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readable;
  readonly request: { readonly method: string; readonly url: URL };
  /** None for a body in memory. */
  readonly time?: TimeLimit;
  /** Of the request. */
  readonly signal?: AbortSignal | undefined;
}

/** The default limit for a body that is read as a whole, in bytes. */
const MAX_BODY = 256 * 1024 * 1024;
/** How long a body that is read as a whole may take, in ms, however large it is. */
const MAX_BODY_TIME = 5 * 60_000;
/** How many unwanted bytes are read to keep a connection, in bytes; beyond that a new connection is cheaper. */
const MAX_DISCARDED = 128 * 1024;
/** As MAX_DISCARDED, in ms. */
const MAX_DISCARD_TIME = 1000;

/** A response. Its body must be read to the end or discarded; otherwise its connection stays in use. */
export class HttpResponse {
  readonly status: number;
  /** The URL of the response, after redirects. */
  readonly url: URL;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.status = parts.status;
    this.url = parts.request.url;
    this.#parts = parts;
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  /** A header by its lower-case name. Several values are joined with commas. */
  header(name: string): string | undefined {
    const value = this.#parts.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  /** Streams the body. @throws NetworkError if the body ends early or takes too long; the reason of an aborted signal. */
  async *stream(): AsyncGenerator<Uint8Array> {
    const { request, body, time, signal } = this.#parts;
    try {
      for await (const chunk of body) {
        const bytes = chunk instanceof Uint8Array ? chunk : Buffer.from(String(chunk));
        time?.count(bytes.length);
        yield bytes;
      }
    } catch (thrown) {
      if (signal?.aborted) throw signal.reason;
      throw new NetworkError({ ...request, cause: thrown });
    }
  }

  /** @param limit in bytes. @throws NetworkError if the body is larger, or takes longer than five minutes. */
  async bytes(limit = MAX_BODY): Promise<Buffer> {
    this.#parts.time?.endWithin(MAX_BODY_TIME);
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of this.stream()) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > limit)
        throw new NetworkError({
          ...this.#parts.request,
          cause: new Error(`the response has more than ${limit} bytes`),
        });
    }
    return Buffer.concat(chunks);
  }

  async text(): Promise<string> {
    return (await this.bytes()).toString('utf8');
  }

  /** @throws NetworkError if the body isn't JSON, because it is truncated, or is the error page of a proxy. */
  async json(): Promise<unknown> {
    const text = await this.text();
    try {
      return JSON.parse(text);
    } catch (thrown) {
      throw new NetworkError({ ...this.#parts.request, cause: thrown });
    }
  }

  /** The response with its body in memory. A truncated body fails here, while the request can still be retried. */
  async buffered(limit = MAX_BODY): Promise<HttpResponse> {
    const bytes = await this.bytes(limit);
    const { time: _, ...parts } = this.#parts;
    return new HttpResponse({ ...parts, body: Readable.from([bytes], { objectMode: false }) });
  }

  /** Discards the body, so that the connection can be reused; closes the connection if much is left to read, or the rest is late. */
  async discard(): Promise<void> {
    const { body } = this.#parts;
    if (body.destroyed) return;
    const late = setTimeout(() => body.destroy(), MAX_DISCARD_TIME);
    let left = MAX_DISCARDED;
    body.on('error', () => {});
    body.on('data', (chunk: Uint8Array) => {
      left -= chunk.length;
      if (left < 0) body.destroy();
    });
    await new Promise<void>((resolve) => body.once('close', resolve).once('end', resolve));
    clearTimeout(late);
  }
}
