import type { IncomingMessage, ServerResponse } from 'node:http';

/** The error body of the distribution spec ("Error Codes"). */
export class RegistryError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }

  send(response: ServerResponse): void {
    const body = JSON.stringify({ errors: [{ code: this.code, message: this.message, detail: null }] });
    response.writeHead(this.status, { 'content-type': 'application/json; charset=utf-8', ...this.headers }).end(body);
  }
}

/** The body of a request. `onChunk` also gets the bytes that arrive before a connection breaks. */
export async function readBody(request: IncomingMessage, onChunk?: (chunk: Buffer) => void): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk);
    onChunk?.(chunk);
  }
  return Buffer.concat(chunks);
}
