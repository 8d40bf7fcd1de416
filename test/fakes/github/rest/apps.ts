import { installationJson } from '../json/installations.ts';
import { type ApiUrls, iso } from '../json/urls.ts';
import { type Account, type Credential, notFound } from '../model.ts';
import type { RestResponse } from './call.ts';

const PERMISSIONS = { contents: 'write', pull_requests: 'write', checks: 'read', metadata: 'read' } as const;

/** A request of a GitHub App whose JSON web token is valid. */
interface AppCall {
  readonly appId: number;
  readonly parameters: Readonly<Record<string, string>>;
  readonly urls: ApiUrls;
  /** Milliseconds since the epoch. */
  readonly now: number;
  hasRepository(fullName: string): boolean;
  account(login: string): Account;
  token(options: Pick<Credential, 'kind' | 'permissions'> & { readonly login: string }): string;
}

/** Finds the installation of an app in a repository, or creates a token for it. */
export function handleAppOperation(id: string, call: AppCall): RestResponse {
  const permissions = PERMISSIONS;
  if (id === 'apps/create-installation-access-token') {
    const token = call.token({ kind: 'app', login: `app-${call.appId}[bot]`, permissions });
    const expires = iso(call.now + 3_600_000);
    return { status: 201, body: { token, expires_at: expires, permissions, repository_selection: 'all' } };
  }
  const owner = call.parameters['owner'] ?? '';
  if (!call.hasRepository(`${owner}/${call.parameters['repo'] ?? ''}`)) throw notFound();
  const account = call.account(owner);
  return { status: 200, body: installationJson(call.urls, { id: call.appId, account, permissions, at: call.now }) };
}
