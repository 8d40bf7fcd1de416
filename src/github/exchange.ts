import type { Clock } from '../action/clock.ts';
import { formatDuration } from '../action/duration.ts';
import type { Log } from '../action/log.ts';
import { NetworkError } from '../http/error.ts';
import type { Http } from '../http/http.ts';
import type { HttpResponse } from '../http/response.ts';
import { retrying, wholeBodies } from '../http/retry.ts';
import type { HttpRequest, Transport } from '../http/transport.ts';
import { parseJson } from '../json/json.ts';
import { GitHubUnavailable } from './error.ts';
import { rateLimited, rateLimitIn } from './rate-limit.ts';

/** Gives the token for the next request; it may be another one than before. */
export type TokenSource = () => Promise<string>;

export interface ExchangeOptions {
  readonly http: Http;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly token: TokenSource;
}

export interface Question {
  readonly method: string;
  readonly url: string;
  readonly body: object | undefined;
  /** What it is called in messages: `GET /repos/acme/gitops`. */
  readonly name: string;
  /** It changes nothing, so it may be asked again when the answer was lost. */
  readonly repeatable: boolean;
}

export interface Exchanged {
  readonly response: HttpResponse;
  /** Parsed; `undefined` where it is empty or no JSON. */
  readonly body: unknown;
}

const API_VERSION = '2022-11-28';
/** Longest sum of waits for one request that GitHub's limits may ask for, in ms. */
const PATIENCE = 15 * 60_000;

/** Questions and answers: retries, rate limits, the token's headers, request ids in the debug log. */
export class Exchange {
  readonly #options: ExchangeOptions;
  readonly #reads: Transport;
  readonly #writes: Transport;

  private constructor(options: ExchangeOptions, reads: Transport, writes: Transport) {
    this.#options = options;
    this.#reads = reads;
    this.#writes = writes;
  }

  static async open(options: ExchangeOptions): Promise<Exchange> {
    const { http, clock, log, token } = options;
    const whole = wholeBodies(authorized(await http.open(), token));
    const policy = {
      clock,
      retries: 4,
      first: 500,
      longest: 8000,
      // 429 is a rate limit: GitHub says itself how long it lasts.
      statuses: [408, 425, 500, 502, 503, 504],
      onRetry: ({ reason, waitMs }: { readonly reason: string; readonly waitMs: number }) =>
        log.info(`GitHub: ${reason}; trying again in ${formatDuration(waitMs)}`),
    };
    const reads = retrying(whole, { ...policy, repeatable: () => true });
    const writes = retrying(whole, { ...policy, repeatable: () => false });
    return new Exchange(options, reads, writes);
  }

  /** @throws GitHubUnavailable when no usable answer came; ActionError `github-rate-limited`. */
  async ask(question: Question): Promise<Exchanged> {
    const { clock, log, signal } = this.#options;
    const { method, url, body, name, repeatable } = question;
    const headers = {
      accept: 'application/vnd.github+json',
      'x-github-api-version': API_VERSION,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const request = { method, url, headers, signal, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    let waited = 0;
    for (let attempt = 0; ; attempt++) {
      const { response, text } = await this.#askOnce(repeatable ? this.#reads : this.#writes, request, name);
      const limit = rateLimitIn(response, text, clock, attempt);
      if (limit === undefined) return { response, body: text === '' ? undefined : parseJson(text) };
      waited += limit.wait;
      if (waited > PATIENCE) throw rateLimited(limit);
      log.info(`GitHub's ${limit.reason} is used up: going on in ${formatDuration(limit.wait)}`);
      await clock.sleep(limit.wait, signal);
    }
  }

  async #askOnce(transport: Transport, request: HttpRequest, name: string) {
    const { clock, log } = this.#options;
    const start = clock.now();
    try {
      const response = await transport.send(request);
      const id = response.header('x-github-request-id') ?? 'none';
      log.debug(`${name} → ${response.status} in ${clock.now() - start} ms, request ${id}`);
      if (response.status >= 500)
        throw new GitHubUnavailable(name, `HTTP ${response.status}${id === 'none' ? '' : `, request ${id}`}`);
      return { response, text: await response.text() };
    } catch (thrown) {
      throw thrown instanceof NetworkError ? new GitHubUnavailable(name, thrown) : thrown;
    }
  }
}

/** Each attempt goes under the token of its moment: an older one may have ended while it was waited. */
function authorized(transport: Transport, token: TokenSource): Transport {
  return {
    close: () => transport.close(),
    async send(request) {
      return transport.send({ ...request, headers: { ...request.headers, authorization: `Bearer ${await token()}` } });
    },
  };
}
