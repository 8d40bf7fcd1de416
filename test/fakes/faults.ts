import type { IncomingMessage, ServerResponse } from 'node:http';

/** What goes wrong with an answer. */
export type Fault =
  /** Answers with this status instead of doing anything. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** Answers late, by so many ms. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Lets something happen right before the request is carried out. */
  | { readonly kind: 'meanwhile'; readonly happen: () => void }
  /** Closes the connection before the request is carried out. */
  | { readonly kind: 'reset' }
  /** Carries the request out, then closes the connection instead of answering. */
  | { readonly kind: 'lost-answer' }
  /** Carries the request out, sends so many bytes of the body, then closes the connection. */
  | { readonly kind: 'truncated'; readonly bytes: number };

interface Rule {
  readonly matches: (request: { method: string; url: string }) => boolean;
  readonly fault: Fault;
  left: number;
}

/** The faults that a double injects, in the order in which they were asked for. */
export class Faults {
  readonly #rules: Rule[] = [];

  /** Lets the next `times` requests fail whose "METHOD /path?query" fits the pattern. */
  inject(pattern: RegExp, fault: Fault, times = 1): void {
    this.#rules.push({ matches: ({ method, url }) => pattern.test(`${method} ${url}`), fault, left: times });
  }

  clear(): void {
    this.#rules.length = 0;
  }

  /** Runs a request handler under the faults: the handler writes into `response` as always. */
  async serve(request: IncomingMessage, response: ServerResponse, handle: () => Promise<void> | void): Promise<void> {
    const fault = this.#next(request);
    switch (fault?.kind) {
      case undefined:
        return handle();
      case 'status':
        request.resume();
        response
          .writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers })
          .end(fault.body ?? '{}');
        return;
      case 'delay':
        await new Promise((resolve) => setTimeout(resolve, fault.ms));
        return handle();
      case 'meanwhile':
        fault.happen();
        return handle();
      case 'reset':
        request.socket.resetAndDestroy();
        return;
      case 'lost-answer':
        cutAfter(response, 0);
        return handle();
      case 'truncated':
        cutAfter(response, fault.bytes);
        return handle();
    }
  }

  #next(request: IncomingMessage): Fault | undefined {
    const asked = { method: request.method ?? 'GET', url: request.url ?? '/' };
    const rule = this.#rules.find(({ left, matches }) => left > 0 && matches(asked));
    if (!rule) return undefined;
    rule.left -= 1;
    return rule.fault;
  }
}

/** Lets `limit` bytes of the body through and destroys the connection at the next one (or at the end). */
function cutAfter(response: ServerResponse, limit: number): void {
  let sent = 0;
  const write = response.write.bind(response);
  const cut = (chunk: unknown, last = false): void => {
    const bytes =
      typeof chunk === 'string'
        ? Buffer.from(chunk)
        : chunk instanceof Uint8Array
          ? Buffer.from(chunk)
          : Buffer.alloc(0);
    const part = bytes.subarray(0, Math.max(0, limit - sent));
    sent += part.length;
    if (part.length > 0) write(part, () => (last || sent >= limit) && response.socket?.destroy());
    else response.socket?.destroy();
  };
  response.write = (chunk: unknown) => {
    cut(chunk);
    return true;
  };
  response.end = (chunk?: unknown) => {
    if (chunk !== undefined && typeof chunk !== 'function' && sent < limit) cut(chunk, true);
    else response.socket?.destroy();
    return response;
  };
}
