import { subscribe, unsubscribe } from 'node:diagnostics_channel';

const NEW = 'undici:request:create';
const HEADERS = 'undici:request:headers';
const ENDS = ['undici:request:trailers', 'undici:request:error'];

/** A request that gets no answer for this long, in ms of real time, gets none: the test wants it so. */
const LONGEST_ANSWER = 2000;

/**
 * The HTTP requests of this process that wait for an answer. A test that advances the time must not do so while one is on its way: the
 * answer would come late, at another time on a busy machine than on an idle one. undici reports each step of a request to Node.
 */
export class RequestsInFlight {
  readonly #started = new Map<object, number>();
  readonly #onNew = (message: unknown) => {
    this.#started.set(requestOf(message), performance.now());
  };
  readonly #onHeaders = (message: unknown) => {
    const request = requestOf(message);
    // The body of a watch has no end.
    if ('path' in request && /[?&](watch|follow)=/.test(String(request.path))) this.#started.delete(request);
  };
  readonly #onEnd = (message: unknown) => {
    this.#started.delete(requestOf(message));
  };

  constructor() {
    subscribe(NEW, this.#onNew);
    subscribe(HEADERS, this.#onHeaders);
    for (const end of ENDS) subscribe(end, this.#onEnd);
  }

  /** How many requests wait for an answer that may still come. */
  get count(): number {
    const now = performance.now();
    return [...this.#started.values()].filter((startedAt) => now - startedAt < LONGEST_ANSWER).length;
  }

  close(): void {
    unsubscribe(NEW, this.#onNew);
    unsubscribe(HEADERS, this.#onHeaders);
    for (const end of ENDS) unsubscribe(end, this.#onEnd);
  }
}

function requestOf(message: unknown): object {
  if (typeof message === 'object' && message !== null && 'request' in message) {
    const { request } = message;
    if (typeof request === 'object' && request !== null) return request;
  }
  throw new Error('undici reports its requests in another way than this expects');
}
