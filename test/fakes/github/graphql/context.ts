import type { HostedRepository } from '../hosted-repository.ts';
import { pullNodeId } from '../json/pull-requests.ts';
import type { Credential, FakePull } from '../model.ts';

export interface GraphqlContext {
  /** The repositories that the token can see. */
  readonly repositories: readonly HostedRepository[];
  readonly by: Credential;
  readonly serverUrl: string;
}

/** An error with GitHub's machine-readable `type`. */
export class TypedError extends Error {
  override readonly name = 'TypedError';
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

export function allow(by: Credential, resource: 'contents' | 'pull_requests', access: 'read' | 'write'): void {
  const given = by.permissions[resource];
  if (given === 'write' || given === access) return;
  const bearer = by.kind === 'user' ? 'personal access token' : 'integration';
  throw new TypedError('FORBIDDEN', `Resource not accessible by ${bearer}`);
}

export function namedRepository(context: GraphqlContext, name: string): HostedRepository {
  const found = context.repositories.find(({ fullName }) => fullName.toLowerCase() === name.toLowerCase());
  if (!found) throw new TypedError('NOT_FOUND', `Could not resolve to a Repository with the name '${name}'.`);
  return found;
}

export function findPull(
  context: GraphqlContext,
  id: string,
): { repository: HostedRepository; pull: FakePull } | undefined {
  for (const repository of context.repositories)
    for (const pull of repository.pulls) if (pullNodeId(pull) === id) return { repository, pull };
  return undefined;
}

export function knownPull(context: GraphqlContext, id: string): { repository: HostedRepository; pull: FakePull } {
  const found = findPull(context, id);
  if (!found) throw new TypedError('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'.`);
  return found;
}
