import { isDeepStrictEqual } from 'node:util';
import { httpUrl } from '../../http/url.ts';
import { ApiRequester, type ApiRequesterOptions } from './api-requester.ts';
import type { GitHubEndpoints } from './endpoints.ts';
import { GitHubRefusal, GitHubUnavailable, type Permission } from './error.ts';
import { type Octokit, openOctokit } from './octokit.ts';
import { type DeepPartial, requireList } from './response-fields.ts';
import type { ParametersOf, ReadRoute, ResponseTo, Route, WriteRoute } from './routes.ts';

interface Connection extends ApiRequesterOptions {
  readonly endpoints: GitHubEndpoints;
}

const PAGE = 100;
/** No list that the actions read is longer: 30,000 items. */
const MAX_PAGES = 300;

/**
 * GitHub's REST and GraphQL APIs as one user or App: Octokit over our own `fetch`. A read is repeated if its response is lost. A write is
 * never repeated: it fails with GitHubUnavailable or GitHubConflict, and the caller reads the current state and decides again.
 */
export class GitHub {
  readonly endpoints: GitHubEndpoints;
  readonly #requester: ApiRequester;
  readonly #octokit: Octokit;

  private constructor(endpoints: GitHubEndpoints, requester: ApiRequester, octokit: Octokit) {
    this.endpoints = endpoints;
    this.#requester = requester;
    this.#octokit = octokit;
  }

  static async connect(connection: Connection): Promise<GitHub> {
    const requester = await ApiRequester.open(connection);
    return new GitHub(connection.endpoints, requester, await openOctokit(connection.endpoints.api));
  }

  async get<R extends ReadRoute>(route: R, parameters: ParametersOf<R>, needs: Permission): Promise<ResponseTo<R>> {
    return (await this.#rest(route, parameters, needs)).data;
  }

  /** As `get`; `undefined` if GitHub finds nothing. */
  async find<R extends ReadRoute>(
    route: R,
    parameters: ParametersOf<R>,
    needs: Permission,
  ): Promise<ResponseTo<R> | undefined> {
    try {
      return await this.get(route, parameters, needs);
    } catch (thrown) {
      if (thrown instanceof GitHubRefusal && thrown.status === 404) return undefined;
      throw thrown;
    }
  }

  /** For routes that GitHub answers with "no content" (true) or "not found" (false). */
  async exists<R extends ReadRoute>(route: R, parameters: ParametersOf<R>, needs: Permission): Promise<boolean> {
    return (await this.find(route, parameters, needs)) !== undefined;
  }

  /**
   * All items of a list, page by page. Octokit's `paginate` is not used: it takes a response 409 and an empty body for an empty list, and
   * sends the token to any host that a link names.
   * @param itemsOf finds the items in a page.
   * @throws GitHubUnavailable, also for a list that has no end
   */
  async list<R extends ReadRoute, Item>(
    route: R,
    parameters: ParametersOf<R>,
    needs: Permission,
    itemsOf: (page: ResponseTo<R>) => readonly Item[] | undefined,
  ): Promise<Item[]> {
    const items: Item[] = [];
    let query: Readonly<Record<string, string>> = { per_page: String(PAGE) };
    for (let pages = 0; pages < MAX_PAGES; pages++) {
      const page = await this.#rest(route, { ...parameters, ...query }, needs);
      for (const item of requireList(itemsOf(page.data), `the items of ${route}`)) items.push(item);
      const next = this.#nextPage(page.headers.link);
      if (next === undefined) return items;
      if (isDeepStrictEqual(next, query)) throw endless(route);
      query = next;
    }
    throw endless(route);
  }

  async send<R extends WriteRoute>(route: R, parameters: ParametersOf<R>, needs: Permission): Promise<ResponseTo<R>> {
    return (await this.#rest(route, parameters, needs)).data;
  }

  /** A GraphQL query. @throws GitHubRefusal with the first error's type. */
  query<T>(document: string, variables: object, needs: Permission): Promise<DeepPartial<T>> {
    return this.#graphql(true, document, variables, needs);
  }

  mutate<T>(document: string, variables: object, needs: Permission): Promise<DeepPartial<T>> {
    return this.#graphql(false, document, variables, needs);
  }

  /** Uses only the query of a link, so the token is never sent to another host. */
  #nextPage(link: string | undefined): Readonly<Record<string, string>> | undefined {
    const next = /<([^<>]+)>;\s*rel="next"/.exec(link ?? '')?.[1];
    if (next === undefined) return undefined;
    const url = httpUrl(next, new URL(this.endpoints.api));
    if (url) return Object.fromEntries(url.searchParams);
    // Without the other pages, the list would be incomplete.
    throw new GitHubUnavailable('a list', new Error(`its header Link names no page, but "${next.slice(0, 200)}"`));
  }

  async #graphql<T>(
    repeatable: boolean,
    document: string,
    variables: object,
    needs: Permission,
  ): Promise<DeepPartial<T>> {
    const name = /\b(?:query|mutation)\s+(\w+)/.exec(document)?.[1] ?? 'GraphQL';
    const url = this.endpoints.graphql;
    const fetch = this.#requester.fetchFor({ api: 'graphql', needs, name, url, repeatable });
    return unwrapped(this.#octokit.graphql<DeepPartial<T>>(document, { ...variables, request: { fetch } }));
  }

  #rest<R extends Route>(route: R, parameters: object, needs: Permission) {
    const [method = '', url = ''] = route.split(' ');
    const fetch = this.#requester.fetchFor({ api: 'rest', needs });
    return unwrapped(this.#octokit.request<ResponseTo<R>>({ ...parameters, method, url, request: { fetch } }));
  }
}

function endless(route: Route): GitHubUnavailable {
  return new GitHubUnavailable(route, 'the list has no end');
}

/** Octokit wraps errors of its `fetch` into errors of its own, which lack code and remedy. */
async function unwrapped<T>(response: Promise<T>): Promise<T> {
  try {
    return await response;
  } catch (thrown) {
    throw thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
  }
}
