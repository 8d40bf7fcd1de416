import type { Clock } from '../../core/clock.ts';
import { defined } from '../../core/defined.ts';
import { formatDuration } from '../../core/duration.ts';
import type { Log } from '../../core/log.ts';
import { NetworkError } from '../../http/error.ts';
import type { Http } from '../../http/http.ts';
import { withBufferedBodies, withRetries } from '../../http/retry.ts';
import type { HttpRequest, Transport } from '../../http/transport.ts';
import { parseJson } from '../../json/json.ts';
import { GitHubUnavailable, type Permission } from './error.ts';
import { rateLimited, rateLimitIn } from './rate-limit.ts';
import { requireSuccess } from './require-success.ts';

/** Returns the token for the next request. It may differ from the previous one. */
export type TokenSource = () => Promise<string>;

export interface ApiRequesterOptions {
  readonly http: Http;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly token: TokenSource;
}

/** What Octokit doesn't pass to its `fetch` about a request. */
export type GitHubRequest =
  | { readonly api: 'rest'; readonly needs: Permission }
  | {
      readonly api: 'graphql';
      readonly needs: Permission;
      /** The name of the document, for messages. */
      readonly name: string;
      readonly url: string;
      /** It changes nothing, so it is safe to send again if the response is lost. */
      readonly repeatable: boolean;
    };

/** The part of `fetch` that Octokit uses. */
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
/** How long a request may be tried again, in ms. */
const LONGEST_RETRY = 2 * 60_000;
/** Longest total wait for rate limits, for one request, in ms. */
const LONGEST_RATE_LIMIT_WAIT = 15 * 60_000;

/**
 * Sends requests: retries, rate limits, authorization, and request ids in the debug log. Octokit's plugins are not used: plugin-retry
 * repeats writes, and plugin-throttling slows down every write and uses a clock of its own.
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
    const whole = withBufferedBodies(authorized(await http.open(), token));
    const policy = {
      clock,
      retries: 4,
      within: LONGEST_RETRY,
      firstDelay: 500,
      maxDelay: 8000,
      // Without 429: that is a rate limit, and GitHub says how long it lasts.
      retryStatuses: [408, 425, 500, 502, 503, 504],
      onRetry: ({ reason, waitMs }: { readonly reason: string; readonly waitMs: number }) =>
        log.info(`GitHub: ${reason}; trying again in ${formatDuration(waitMs)}`),
    };
    const reads = withRetries(whole, { ...policy, isIdempotent: () => true });
    const writes = withRetries(whole, { ...policy, isIdempotent: () => false });
    return new ApiRequester(options, reads, writes);
  }

  /**
   * A `fetch` for one request. It only returns successful responses with a complete body.
   * @throws GitHubRefusal, GitHubUnavailable; ActionError `github-rate-limited`.
   */
  fetchFor(apiRequest: GitHubRequest): OctokitFetch {
    return async (expanded, { method, body }) => {
      const url = apiRequest.api === 'rest' ? withSlashes(expanded) : new URL(apiRequest.url);
      const name = apiRequest.api === 'rest' ? `${method} ${url.pathname}` : apiRequest.name;
      const repeatable = apiRequest.api === 'rest' ? method === 'GET' : apiRequest.repeatable;
      const headers = {
        accept: 'application/vnd.github+json',
        'x-github-api-version': API_VERSION,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      };
      const request = { method, url, headers, ...defined({ body }) };
      const received = await this.#send(repeatable ? this.#reads : this.#writes, request, name);
      requireSuccess({ ...apiRequest, name }, received.response, received.body);
      const link = received.response.header('link');
      return {
        status: received.response.status,
        url: url.href,
        headers: new Map(link === undefined ? [] : [['link', link]]),
        body: received.body,
      };
    };
  }

  async #send(transport: Transport, request: HttpRequest, name: string) {
    const { clock, log, signal } = this.#options;
    let waited = 0;
    for (let attempt = 0; ; attempt++) {
      const { response, text } = await this.#sendOnce(transport, { ...request, signal }, name);
      const body = text === '' ? undefined : parseJson(text);
      const limit = rateLimitIn(response, body, clock, attempt);
      if (limit === undefined) return { response, body };
      waited += limit.wait;
      if (waited > LONGEST_RATE_LIMIT_WAIT) throw rateLimited(limit);
      log.info(`GitHub's ${limit.reason} is used up: continuing in ${formatDuration(limit.wait)}`);
      await clock.sleep(limit.wait, signal);
    }
  }

  async #sendOnce(transport: Transport, request: HttpRequest, name: string) {
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

/** Octokit encodes slashes in branch names as `%2F`. A web server in front of an Enterprise Server may answer 404 to that. */
function withSlashes(expanded: string): URL {
  const url = new URL(expanded);
  url.pathname = url.pathname.replaceAll('%2F', '/');
  return url;
}

/** Sends each attempt with the current token; the last one may have expired during a wait. */
function authorized(transport: Transport, token: TokenSource): Transport {
  return {
    close: () => transport.close(),
    async send(request) {
      return transport.send({ ...request, headers: { ...request.headers, authorization: `Bearer ${await token()}` } });
    },
  };
}
