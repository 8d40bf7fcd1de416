import { listAt, numberAt } from '../../../../src/json/json.ts';
import type { Commit } from '../git-output.ts';
import type { HostedRepository } from '../hosted-repository.ts';
import type { Page } from '../json/git-objects.ts';
import type { ApiUrls } from '../json/urls.ts';
import { type Credential, type FakePull, notFound } from '../model.ts';

/** A call of a REST operation on a repository. */
export interface RestCall {
  readonly repository: HostedRepository;
  readonly by: Credential;
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly urls: ApiUrls;
}

export interface RestResponse {
  readonly status: number;
  readonly body?: unknown;
  /** For a page of a list: whether another page follows. */
  readonly more?: boolean;
}

type Handler = (call: RestCall) => RestResponse;

/** The permissions that an operation requires; one of them is enough. */
export type Need = readonly [resource: keyof Credential['permissions'], access: 'read' | 'write'];

export interface RestOperation {
  readonly needs: readonly Need[];
  readonly handle: Handler;
}

export const readContents: readonly Need[] = [['contents', 'read']];
export const writeContents: readonly Need[] = [['contents', 'write']];
export const readPulls: readonly Need[] = [['pull_requests', 'read']];
export const writePulls: readonly Need[] = [['pull_requests', 'write']];
export const writeIssues: readonly Need[] = [
  ['issues', 'write'],
  ['pull_requests', 'write'],
];

export function pullAt(repository: HostedRepository, number: string | undefined): FakePull {
  const pull = repository.pull(Number(number));
  if (!pull) throw notFound();
  return pull;
}

export function commitAt(repository: HostedRepository, revision: string | undefined): Commit {
  const oid = repository.branch(revision ?? '') ?? repository.git.resolve(revision ?? '');
  if (oid === undefined) throw notFound();
  return repository.git.commit(oid);
}

export function logins(body: unknown, name: string): readonly string[] {
  return listAt(body, name).filter((one) => typeof one === 'string');
}

export function pageOf({ query }: RestCall, size = 30): Page {
  return {
    number: Math.max(1, numberAt([Number(query.get('page') ?? 1)], 0) ?? 1),
    // A page has at most 100 items.
    size: query.has('per_page') ? Math.min(Number(query.get('per_page')), 100) : size,
  };
}

export function paged<T>(call: RestCall, items: readonly T[], toJson: (item: T) => object): RestResponse {
  const page = pageOf(call);
  const from = (page.number - 1) * page.size;
  return {
    status: 200,
    body: items.slice(from, from + page.size).map(toJson),
    more: from + page.size < items.length,
  };
}
