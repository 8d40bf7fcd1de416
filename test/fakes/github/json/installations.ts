import type { Account, Credential } from '../model.ts';
import { accountJson } from './accounts.ts';
import { type ApiUrls, iso } from './urls.ts';

interface Installation {
  /** The id of the App and of its installation. */
  readonly id: number;
  /** The organization that has installed the App. */
  readonly account: Account;
  readonly permissions: Credential['permissions'];
  /** ms since the epoch */
  readonly at: number;
}

export function installationJson(urls: ApiUrls, { id, account, permissions, at }: Installation): object {
  return {
    id,
    account: accountJson(urls, account),
    access_tokens_url: `${urls.api}/app/installations/${id}/access_tokens`,
    repositories_url: `${urls.api}/installation/repositories`,
    html_url: `${urls.server}/organizations/${account.login}/settings/installations/${id}`,
    app_id: id,
    app_slug: `app-${id}`,
    target_id: account.id,
    target_type: 'Organization',
    permissions,
    events: [],
    created_at: iso(at),
    updated_at: iso(at),
    single_file_name: null,
    repository_selection: 'all',
    suspended_by: null,
    suspended_at: null,
  };
}
