import type { HttpResponse } from '../../http/response.ts';
import { isObject, listAt, objectAt, stringAt } from '../../json/json.ts';
import { GitHubRefusal, GitHubUnavailable, type Permission, reasonIn } from './error.ts';

/** What was asked, as messages call it, and what it needs. */
export interface RequestDescription {
  readonly api: 'rest' | 'graphql';
  /** `GET /repos/acme/gitops`, or the name of a GraphQL document. */
  readonly name: string;
  readonly needs: Permission;
}

/**
 * Lets an answer pass that says yes and is whole. Octokit would let pass what is neither: a redirect that nobody followed, a page of a proxy.
 * @param body parsed; `undefined` where it is empty or no JSON.
 * @throws GitHubRefusal, GitHubUnavailable
 */
export function requireSuccess(asked: RequestDescription, response: HttpResponse, body: unknown): void {
  const { name, needs } = asked;
  const { status, ok } = response;
  if (asked.api === 'rest') {
    const accepted = response.header('x-accepted-github-permissions');
    if (!ok) throw new GitHubRefusal({ request: name, needs, status, reason: reasonIn(body), accepted });
    if (status !== 204 && !isObject(body) && !Array.isArray(body))
      throw new GitHubUnavailable(name, 'the answer is not JSON');
    return;
  }
  const [error] = listAt(body, 'errors');
  if (!ok || error !== undefined)
    throw new GitHubRefusal({
      ...{ request: name, needs, status, reason: reasonIn(error ?? body) },
      type: stringAt(error, 'type'),
    });
  if (objectAt(body, 'data') === undefined) throw new GitHubUnavailable(name, 'the answer is not GraphQL');
}
