import type { IncomingMessage, ServerResponse } from 'node:http';

/** What goes wrong with a response. */
export type Fault =
  /** Answers with this status and doesn't handle the request. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** Answers `ms` milliseconds late. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Calls `happen` right before the request is handled. */
  | { readonly kind: 'meanwhile'; readonly happen: () => void }
  /** Handles the request, calls `happen`, and sends the answer, or the first event of a watch, `ms` milliseconds later. */
  | { readonly kind: 'overtaken'; readonly happen: () => void; readonly ms: number }
  /** Closes the connection and doesn't handle the request. */
  | { readonly kind: 'reset' }
  /** Handles the request, then closes the connection instead of answering. */
  | { readonly kind: 'lost-answer' }
  /** Handles the request, sends the first `bytes` of the body, then closes the connection. */
  | { readonly kind: 'truncated'; readonly bytes: number }
  /** Waits before the request is handled, and before it is answered. A request whose client has gone meanwhile is not handled. */
  | { readonly kind: 'held'; readonly until: (moment: 'request' | 'answer', request: Received) => Promise<void> }
  /** Answers as a hostile or broken server does, and doesn't handle the request. */
  | { readonly kind: 'hostile'; readonly answer: (request: IncomingMessage, response: ServerResponse) => void };

/** What a fault sees of a request. */
export interface Received {
  readonly method: string;
  readonly url: string;
}

interface Rule {
  readonly matches: (request: Received) => boolean;
  readonly fault: Fault;
  left: number;
}

/** The faults that a fake injects, in the order in which tests added them. */
export class Faults {
  readonly #rules: Rule[] = [];

  /** Applies the fault to the next `times` requests whose "METHOD /path?query" matches the pattern. */
  inject(pattern: RegExp, fault: Fault, times = 1): void {
    this.#rules.push({ matches: ({ method, url }) => pattern.test(`${method} ${url}`), fault, left: times });
  }

  clear(): void {
    this.#rules.length = 0;
  }

  /** Runs a request handler with the faults. */
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
        await new Promise((resolve) => setTimeout(resolve, fault.ms).unref());
        // The client may have given up.
        return response.destroyed ? undefined : handle();
      case 'meanwhile':
        fault.happen();
        return handle();
      case 'overtaken':
        sendLater(response, fault.ms, fault.happen);
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
      case 'hostile':
        fault.answer(request, response);
        return;
      case 'held':
        return serveHeld(request, response, handle, fault.until);
    }
  }

  #next(request: IncomingMessage): Fault | undefined {
    const received = receivedFrom(request);
    const rule = this.#rules.find(({ left, matches }) => left > 0 && matches(received));
    if (!rule) return undefined;
    rule.left -= 1;
    return rule.fault;
  }
}

function receivedFrom({ method = 'GET', url = '/' }: IncomingMessage): Received {
  return { method, url };
}

async function serveHeld(
  request: IncomingMessage,
  response: ServerResponse,
  handle: () => Promise<void> | void,
  until: (moment: 'request' | 'answer', request: Received) => Promise<void>,
): Promise<void> {
  const received = receivedFrom(request);
  const gone = new Promise<void>((resolve) => request.socket.once('close', () => resolve()));
  await Promise.race([until('request', received), gone]);
  if (request.socket.destroyed) return;
  response.cork();
  await handle();
  await Promise.race([until('answer', received), gone]);
  response.uncork();
}

/** Calls `happen` once the answer is known, and sends everything from there on `ms` milliseconds later. */
function sendLater(response: ServerResponse, ms: number, happen: () => void): void {
  const write = response.write.bind(response);
  const end = response.end.bind(response);
  let held: (() => void)[] | undefined;
  const hold = (send: () => void) => {
    if (held) return void held.push(send);
    held = [send];
    setTimeout(() => {
      Object.assign(response, { write, end });
      for (const each of held ?? []) each();
    }, ms).unref();
    setImmediate(happen);
  };
  response.write = (chunk: unknown) => {
    hold(() => write(chunk));
    return true;
  };
  response.end = (chunk?: unknown) => {
    hold(() => (chunk === undefined ? end() : end(chunk)));
    return response;
  };
}

/** Sends the first `limit` bytes of the body, then destroys the connection. */
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
