import { Readable } from 'node:stream';
import { NetworkError } from './error.ts';

interface Parts {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readable;
  readonly request: { readonly method: string; readonly url: URL };
}

/** No answer that is read whole may be larger, in bytes. */
const LARGEST = 256 * 1024 * 1024;
/** A connection is worth reading so many bytes that nobody wants; then a new one is cheaper. */
const DISCARDED = 128 * 1024;

/** An answer. Its body must be read to the end or discarded, else its connection stays taken. */
export class HttpResponse {
  readonly status: number;
  /** The URL that answered, after redirects. */
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

  /** A header by its lower-case name; several values are joined by a comma. */
  header(name: string): string | undefined {
    const value = this.#parts.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  /** The body piece by piece. @throws NetworkError when it ends early. */
  async *stream(): AsyncGenerator<Uint8Array> {
    const { request, body } = this.#parts;
    try {
      for await (const chunk of body) yield chunk instanceof Uint8Array ? chunk : Buffer.from(String(chunk));
    } catch (thrown) {
      throw new NetworkError({ ...request, cause: thrown });
    }
  }

  /** @param largest so many bytes are read. @throws NetworkError when there are more. */
  async bytes(largest = LARGEST): Promise<Buffer> {
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of this.stream()) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > largest)
        throw new NetworkError({
          ...this.#parts.request,
          cause: new Error(`the answer has more than ${largest} bytes`),
        });
    }
    return Buffer.concat(chunks);
  }

  async text(): Promise<string> {
    return (await this.bytes()).toString('utf8');
  }

  /** @throws NetworkError when the body is not JSON: cut short, or a proxy's own page. */
  async json(): Promise<unknown> {
    const text = await this.text();
    try {
      return JSON.parse(text);
    } catch (thrown) {
      throw new NetworkError({ ...this.#parts.request, cause: thrown });
    }
  }

  /** The same answer with its body in memory: one that is cut short fails here, where the request can still be repeated. */
  async buffered(largest = LARGEST): Promise<HttpResponse> {
    const bytes = await this.bytes(largest);
    return new HttpResponse({ ...this.#parts, body: Readable.from([bytes], { objectMode: false }) });
  }

  /** Gives the connection back, or closes it where much is left to read. */
  async discard(): Promise<void> {
    const { body } = this.#parts;
    let left = DISCARDED;
    body.on('error', () => {});
    body.on('data', (chunk: Uint8Array) => {
      left -= chunk.length;
      if (left < 0) body.destroy();
    });
    await new Promise<void>((resolve) => body.once('close', resolve).once('end', resolve));
  }
}
