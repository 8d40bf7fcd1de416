import { expectWithNote } from '../../../jest-support.ts';

/** A running watch. Tests read its events one after the other. */
export class Watch {
  readonly #controller = new AbortController();
  readonly #response: Promise<Response>;
  readonly #events: AsyncGenerator<unknown>;

  constructor(url: string) {
    this.#response = fetch(url, { signal: this.#controller.signal });
    this.#events = parseLines(this.#response);
  }

  /** Resolves when the server has started the watch. It reports every change from then on. */
  async started(): Promise<void> {
    await this.#response;
  }

  /** Reads a number of events. */
  async take(count: number): Promise<unknown[]> {
    const taken: unknown[] = [];
    while (taken.length < count) {
      const { value, done } = await this.#events.next();
      if (done) throw new Error(`the watch ended after ${JSON.stringify(taken)}`);
      taken.push(value);
    }
    return taken;
  }

  /** Reads all events until the server ends the watch. */
  async rest(): Promise<unknown[]> {
    const all: unknown[] = [];
    for await (const event of this.#events) all.push(event);
    return all;
  }

  async stop(): Promise<void> {
    this.#controller.abort();
    await this.#events.next().catch(() => {});
  }
}

async function* parseLines(pending: Promise<Response>): AsyncGenerator<unknown> {
  const response = await pending;
  expectWithNote(response.status, response.status === 200 ? '' : await response.text()).toBe(200);
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of response.body ?? []) {
    const parts = `${rest}${decoder.decode(chunk, { stream: true })}`.split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) yield JSON.parse(part);
  }
}
