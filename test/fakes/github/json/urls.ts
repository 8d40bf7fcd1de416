import type { HostedRepository } from '../hosted-repository.ts';
import type { FakePull } from '../model.ts';

/** The base URLs of the fake. */
export interface ApiUrls {
  readonly api: string;
  readonly server: string;
}

export function repositoryApiUrl(urls: ApiUrls, repository: HostedRepository): string {
  return `${urls.api}/repos/${repository.fullName}`;
}

export function gitObjectUrl(urls: ApiUrls, repository: HostedRepository, kind: string, oid: string): string {
  return `${repositoryApiUrl(urls, repository)}/git/${kind}/${oid}`;
}

export function pullUrl(urls: ApiUrls, repository: HostedRepository, pull: FakePull): string {
  return `${urls.server}/${repository.fullName}/pull/${pull.number}`;
}

export function urlsBelow(url: string, paths: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, `${url}${path}`]));
}

/** ISO 8601 with seconds, as GitHub writes it. */
export function iso(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
