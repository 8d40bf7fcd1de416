import type { Clock } from '../../core/clock.ts';
import { defined } from '../../core/defined.ts';
import { formatDuration } from '../../core/duration.ts';
import type { Log } from '../../core/log.ts';
import { NetworkError } from '../../http/error.ts';
import type { Http } from '../../http/http.ts';
import { retrying, wholeBodies } from '../../http/retry.ts';
import type { HttpRequest, Transport } from '../../http/transport.ts';
import { parseJson } from '../../json/json.ts';
import { GitHubUnavailable, type Permission } from './error.ts';
import { rateLimited, rateLimitIn } from './rate-limit.ts';
import { requireSuccess } from './require-success.ts';

/** Gives the token for the next request; it may be another one than before. */
export type TokenSource = () => Promise<string>;

export interface ApiRequesterOptions {
  readonly http: Http;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly token: TokenSource;
}

/** What is to be known about a request beyond what Octokit tells its `fetch`. */
export type ApiRequest =
  | { readonly api: 'rest'; readonly needs: Permission }
  | {
      readonly api: 'graphql';
      readonly needs: Permission;
      /** Of the document, for messages. */
      readonly name: string;
      readonly url: string;
      /** It changes nothing, so it may be asked again when the answer was lost. */
      readonly repeatable: boolean;
    };

/** The `fetch` that Octokit asks through, as far as it makes use of one. */
export type OctokitFetch = (
  url: string,
  request: { readonly method: string; readonly body?: string },
) => Promise<{
  readonly status: number;
  readonly url: string;
  readonly headers: ReadonlyMap<string, string>;
  /** Parsed. */
  readonly body: unknown;
}>;

const API_VERSION = '2022-11-28';
/** Longest sum of waits for one request that GitHub's limits may ask for, in ms. */
const LONGEST_RATE_LIMIT_WAIT = 15 * 60_000;

/**
 * Questions and answers: retries, rate limits, the token's headers, request ids in the debug log. Octokit's own plugins for the first two
 * are not wanted: plugin-retry repeats writes, plugin-throttling waits by a clock of its own and slows every write down.
 */
export class ApiRequester {
  readonly #options: ApiRequesterOptions;
  readonly #reads: Transport;
  readonly #writes: Transport;

  private constructor(options: ApiRequesterOptions, reads: Transport, writes: Transport) {
    this.#options = options;
    this.#reads = reads;
    this.#writes = writes;
  }

  static async open(options: ApiRequesterOptions): Promise<ApiRequester> {
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
    return new ApiRequester(options, reads, writes);
  }

  /**
   * A `fetch` for one question. It answers only what says yes and is whole.
   * @throws GitHubRefusal, GitHubUnavailable when no usable answer came; ActionError `github-rate-limited`.
   */
  fetchFor(question: ApiRequest): OctokitFetch {
    return async (expanded, { method, body }) => {
      const url = question.api === 'rest' ? withSlashes(expanded) : new URL(question.url);
      const name = question.api === 'rest' ? `${method} ${url.pathname}` : question.name;
      const repeatable = question.api === 'rest' ? method === 'GET' : question.repeatable;
      const headers = {
        accept: 'application/vnd.github+json',
        'x-github-api-version': API_VERSION,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      };
      const request = { method, url, headers, ...defined({ body }) };
      const answer = await this.#ask(repeatable ? this.#reads : this.#writes, request, name);
      requireSuccess({ ...question, name }, answer.response, answer.body);
      const link = answer.response.header('link');
      return {
        status: answer.response.status,
        url: url.href,
        headers: new Map(link === undefined ? [] : [['link', link]]),
        body: answer.body,
      };
    };
  }

  async #ask(transport: Transport, request: HttpRequest, name: string) {
    const { clock, log, signal } = this.#options;
    let waited = 0;
    for (let attempt = 0; ; attempt++) {
      const { response, text } = await this.#askOnce(transport, { ...request, signal }, name);
      const body = text === '' ? undefined : parseJson(text);
      const limit = rateLimitIn(response, body, clock, attempt);
      if (limit === undefined) return { response, body };
      waited += limit.wait;
      if (waited > LONGEST_RATE_LIMIT_WAIT) throw rateLimited(limit);
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

/** Octokit writes the slashes of a branch's name as `%2F`, which web servers before an Enterprise Server may answer by 404. */
function withSlashes(expanded: string): URL {
  const url = new URL(expanded);
  url.pathname = url.pathname.replaceAll('%2F', '/');
  return url;
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
