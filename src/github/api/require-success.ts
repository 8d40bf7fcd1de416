import type { HttpResponse } from '../../http/response.ts';
import { isObject, listAt, objectAt, stringAt } from '../../json/json.ts';
import { GitHubRefusal, GitHubUnavailable, type Permission, reasonIn } from './error.ts';

/** How error messages describe a request. */
export interface RequestDescription {
  readonly api: 'rest' | 'graphql';
  /** `GET /repos/acme/gitops`, or the name of a GraphQL document. */
  readonly name: string;
  readonly needs: Permission;
}

/**
 * Requires a successful response with a complete body. Octokit alone also accepts a redirect that nobody followed and the HTML page of a
 * proxy.
 * @param body parsed; `undefined` if it is empty or not JSON.
 * @throws GitHubRefusal, GitHubUnavailable
 */
export function requireSuccess(request: RequestDescription, response: HttpResponse, body: unknown): void {
  const { name, needs } = request;
  const { status, ok } = response;
  if (request.api === 'rest') {
    const accepted = response.header('x-accepted-github-permissions');
    if (!ok) throw new GitHubRefusal({ request: name, needs, status, reason: reasonIn(body), accepted });
    if (status !== 204 && !isObject(body) && !Array.isArray(body))
      throw new GitHubUnavailable(name, 'the response is not JSON');
    return;
  }
  const [error] = listAt(body, 'errors');
  if (!ok || error !== undefined)
    throw new GitHubRefusal({
      ...{ request: name, needs, status, reason: reasonIn(error ?? body) },
      type: stringAt(error, 'type'),
    });
  if (objectAt(body, 'data') === undefined) throw new GitHubUnavailable(name, 'the response is not GraphQL');
}
