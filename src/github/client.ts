import type { Clock } from '../action/clock.ts';
import { formatDuration } from '../action/duration.ts';
import type { Log } from '../action/log.ts';
import { NetworkError } from '../http/error.ts';
import type { Http } from '../http/http.ts';
import type { HttpResponse } from '../http/response.ts';
import { retrying } from '../http/retry.ts';
import type { HttpRequest, Transport } from '../http/transport.ts';
import { at, isObject, listAt, parseJson, stringAt } from '../json/json.ts';
import type { Endpoints } from './endpoints.ts';
import { GitHubRefusal, GitHubUnavailable, type Permission, reasonIn } from './error.ts';
import { rateLimited, rateLimitIn } from './rate-limit.ts';

interface Surroundings {
  readonly http: Http;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

interface Connection extends Surroundings {
  readonly endpoints: Endpoints;
  readonly token: TokenSource;
}

/** Gives the token for the next request; it may be another one than before. */
export type TokenSource = () => Promise<string>;

interface Exchanged {
  readonly response: HttpResponse;
  /** Parsed; `undefined` where it is empty or no JSON. */
  readonly body: unknown;
}

const API_VERSION = '2022-11-28';
const PATIENCE = 15 * 60_000;
const PAGE = 100;

/**
 * GitHub's REST and GraphQL APIs as one user or app. Reads are repeated when an answer is lost; writes never are: whoever writes reads
 * what is there and decides anew (GitHubUnavailable, GitHubConflict).
 */
export class GitHub {
  readonly endpoints: Endpoints;
  readonly #token: TokenSource;
  readonly #reads: Transport;
  readonly #writes: Transport;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;

  private constructor(connection: Connection, reads: Transport, writes: Transport) {
    this.endpoints = connection.endpoints;
    this.#token = connection.token;
    this.#log = connection.log;
    this.#clock = connection.clock;
    this.#signal = connection.signal;
    this.#reads = reads;
    this.#writes = writes;
  }

  static async connect(connection: Connection): Promise<GitHub> {
    const { http, clock, log } = connection;
    const whole = wholeAnswers(await http.open());
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
    return new GitHub(connection, reads, writes);
  }

  async get(path: string, needs: Permission): Promise<unknown> {
    return (await this.#rest('GET', path, undefined, needs)).body;
  }

  /** As `get`; `undefined` where GitHub finds nothing. */
  async find(path: string, needs: Permission): Promise<unknown> {
    try {
      return await this.get(path, needs);
    } catch (thrown) {
      if (thrown instanceof GitHubRefusal && thrown.status === 404) return undefined;
      throw thrown;
    }
  }

  /** All items of a list, page by page. */
  async list(path: string, needs: Permission, key?: string): Promise<unknown[]> {
    const items: unknown[] = [];
    let next: string | undefined = `${path}${path.includes('?') ? '&' : '?'}per_page=${PAGE}`;
    while (next !== undefined) {
      const { response, body }: Exchanged = await this.#rest('GET', next, undefined, needs);
      items.push(...(key === undefined ? listAt(body) : listAt(body, key)));
      next = this.#nextPage(response);
    }
    return items;
  }

  async send(method: 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, body: object | undefined, needs: Permission) {
    return (await this.#rest(method, path, body, needs)).body;
  }

  /** A GraphQL query. @throws GitHubRefusal with the first error's type. */
  query(document: string, variables: object, needs: Permission): Promise<unknown> {
    return this.#graphql(this.#reads, document, variables, needs);
  }

  mutate(document: string, variables: object, needs: Permission): Promise<unknown> {
    return this.#graphql(this.#writes, document, variables, needs);
  }

  /** Only its path and query count, so that the token never goes to another host. */
  #nextPage(response: HttpResponse): string | undefined {
    const next = /<([^>]+)>;\s*rel="next"/.exec(response.header('link') ?? '')?.[1];
    if (next === undefined) return undefined;
    const { pathname, search } = new URL(next, this.endpoints.api);
    return `${new URL(this.endpoints.api).origin}${pathname}${search}`;
  }

  async #graphql(transport: Transport, document: string, variables: object, needs: Permission): Promise<unknown> {
    const name = /\b(?:query|mutation)\s+(\w+)/.exec(document)?.[1] ?? 'GraphQL';
    const text = JSON.stringify({ query: document, variables });
    const { response, body } = await this.#exchange(transport, 'POST', this.endpoints.graphql, text, name);
    const [error] = listAt(body, 'errors');
    if (response.ok && error === undefined && isObject(at(body, 'data'))) return at(body, 'data');
    if (response.ok && error === undefined) throw new GitHubUnavailable(name, 'the answer is not GraphQL');
    throw new GitHubRefusal({
      request: name,
      needs,
      status: response.status,
      reason: error === undefined ? reasonIn(body) : reasonIn(error),
      type: stringAt(error, 'type'),
    });
  }

  async #rest(method: string, path: string, body: object | undefined, needs: Permission): Promise<Exchanged> {
    const url = path.startsWith('/') ? `${this.endpoints.api}${path}` : path;
    const request = `${method} ${new URL(url).pathname}`;
    const transport = method === 'GET' ? this.#reads : this.#writes;
    const text = body === undefined ? undefined : JSON.stringify(body);
    const exchanged = await this.#exchange(transport, method, url, text, request);
    const { response } = exchanged;
    if (response.ok) return exchanged;
    throw new GitHubRefusal({
      request,
      needs,
      status: response.status,
      reason: reasonIn(exchanged.body),
      accepted: response.header('x-accepted-github-permissions'),
    });
  }

  async #exchange(
    transport: Transport,
    method: string,
    url: string,
    body: string | undefined,
    name: string,
  ): Promise<Exchanged> {
    const headers = {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${await this.#token()}`,
      'x-github-api-version': API_VERSION,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const asked: HttpRequest = { method, url, headers, signal: this.#signal, ...(body === undefined ? {} : { body }) };
    let waited = 0;
    for (let attempt = 0; ; attempt++) {
      const { response, text } = await this.#sendOnce(transport, asked, name);
      const limit = rateLimitIn(response, text, this.#clock, attempt);
      if (limit === undefined) return { response, body: parseJson(text) };
      waited += limit.wait;
      if (waited > PATIENCE) throw rateLimited(limit);
      this.#log.info(`GitHub's ${limit.reason} is used up: going on in ${formatDuration(limit.wait)}`);
      await this.#clock.sleep(limit.wait, this.#signal);
    }
  }

  async #sendOnce(transport: Transport, asked: HttpRequest, name: string) {
    const start = this.#clock.now();
    try {
      const response = await transport.send(asked);
      const id = response.header('x-github-request-id') ?? 'none';
      this.#log.debug(`${name} → ${response.status} in ${this.#clock.now() - start} ms, request ${id}`);
      if (response.status >= 500) throw new GitHubUnavailable(name, `HTTP ${response.status}, request ${id}`);
      return { response, text: await response.text() };
    } catch (thrown) {
      throw thrown instanceof NetworkError ? new GitHubUnavailable(name, thrown) : thrown;
    }
  }
}

/** Answers are read to the end before they count: one that breaks off is a lost one. */
function wholeAnswers(transport: Transport): Transport {
  return {
    close: () => transport.close(),
    send: async (request) => (await transport.send(request)).whole(),
  };
}

/** A name inside a path: every part is encoded, slashes stay. */
export function inPath(name: string): string {
  return name.split('/').map(encodeURIComponent).join('/');
}
