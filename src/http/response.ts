import { Readable } from 'node:stream';
import { NetworkError } from './error.ts';

interface Parts {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readable;
  readonly request: { readonly method: string; readonly url: URL };
}

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

  async bytes(): Promise<Buffer> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.stream()) chunks.push(chunk);
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
  async whole(): Promise<HttpResponse> {
    const bytes = await this.bytes();
    return new HttpResponse({ ...this.#parts, body: Readable.from([bytes], { objectMode: false }) });
  }

  /** Gives the connection back without reading what is left. */
  async discard(): Promise<void> {
    this.#parts.body.on('error', () => {});
    this.#parts.body.resume();
    await new Promise<void>((resolve) => this.#parts.body.once('close', resolve).once('end', resolve));
  }
}
