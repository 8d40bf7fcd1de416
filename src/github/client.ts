import { at, isObject, listAt, stringAt } from '../json/json.ts';
import type { Endpoints } from './endpoints.ts';
import { GitHubRefusal, GitHubUnavailable, type Permission, reasonIn } from './error.ts';
import { Exchange, type Exchanged, type ExchangeOptions } from './exchange.ts';

interface Connection extends ExchangeOptions {
  readonly endpoints: Endpoints;
}

const PAGE = 100;

/**
 * GitHub's REST and GraphQL APIs as one user or app. Reads are repeated when an answer is lost; writes never are: whoever writes reads
 * what is there and decides anew (GitHubUnavailable, GitHubConflict).
 */
export class GitHub {
  readonly endpoints: Endpoints;
  readonly #exchange: Exchange;

  private constructor(endpoints: Endpoints, exchange: Exchange) {
    this.endpoints = endpoints;
    this.#exchange = exchange;
  }

  static async connect(connection: Connection): Promise<GitHub> {
    return new GitHub(connection.endpoints, await Exchange.open(connection));
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

  /** Answers a question that GitHub answers by "no content" (yes) or "not found" (no). */
  async isSo(path: string, needs: Permission): Promise<boolean> {
    try {
      await this.#rest('GET', path, undefined, needs);
      return true;
    } catch (thrown) {
      if (thrown instanceof GitHubRefusal && thrown.status === 404) return false;
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
      next = this.#nextPage(response.header('link'));
    }
    return items;
  }

  async send(method: 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, body: object | undefined, needs: Permission) {
    return (await this.#rest(method, path, body, needs)).body;
  }

  /** A GraphQL query. @throws GitHubRefusal with the first error's type. */
  query(document: string, variables: object, needs: Permission): Promise<unknown> {
    return this.#graphql(true, document, variables, needs);
  }

  mutate(document: string, variables: object, needs: Permission): Promise<unknown> {
    return this.#graphql(false, document, variables, needs);
  }

  /** Only its path and query count, so that the token never goes to another host. */
  #nextPage(link: string | undefined): string | undefined {
    const next = /<([^>]+)>;\s*rel="next"/.exec(link ?? '')?.[1];
    if (next === undefined) return undefined;
    const { pathname, search } = new URL(next, this.endpoints.api);
    return `${new URL(this.endpoints.api).origin}${pathname}${search}`;
  }

  async #graphql(repeatable: boolean, query: string, variables: object, needs: Permission): Promise<unknown> {
    const name = /\b(?:query|mutation)\s+(\w+)/.exec(query)?.[1] ?? 'GraphQL';
    const { response, body } = await this.#exchange.ask({
      method: 'POST',
      url: this.endpoints.graphql,
      body: { query, variables },
      name,
      repeatable,
    });
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
    const repeatable = method === 'GET';
    const exchanged = await this.#exchange.ask({ method, url, body, name: request, repeatable });
    const { response } = exchanged;
    if (response.ok && repeatable && exchanged.body === undefined && response.status !== 204)
      throw new GitHubUnavailable(request, 'the answer is not JSON');
    if (response.ok) return exchanged;
    throw new GitHubRefusal({
      request,
      needs,
      status: response.status,
      reason: reasonIn(exchanged.body),
      accepted: response.header('x-accepted-github-permissions'),
    });
  }
}
