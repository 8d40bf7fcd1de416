import type { Person } from '../git-output.ts';
import type { HostedRepository } from '../hosted-repository.ts';
import { type Account, personOf } from '../model.ts';
import { type ApiUrls, urlsBelow } from './urls.ts';

export function accountJson(urls: ApiUrls, account: Account): object {
  const url = `${urls.api}/users/${account.login}`;
  return {
    login: account.login,
    id: account.id,
    node_id: `U_${account.id}`,
    avatar_url: `${urls.server}/avatars/${account.id}`,
    gravatar_id: '',
    html_url: `${urls.server}/${account.login.replace('[bot]', '')}`,
    ...urlsBelow(url, {
      url: '',
      followers_url: '/followers',
      following_url: '/following{/other_user}',
      gists_url: '/gists{/gist_id}',
      starred_url: '/starred{/owner}{/repo}',
      subscriptions_url: '/subscriptions',
      organizations_url: '/orgs',
      repos_url: '/repos',
      events_url: '/events{/privacy}',
      received_events_url: '/received_events',
    }),
    type: account.type,
    site_admin: false,
  };
}

export function accountOfPerson(urls: ApiUrls, repository: HostedRepository, person: Person): object | null {
  const found = [repository.owner, ...repository.collaborators.values()].find(
    (account) => personOf(account, 0).email === person.email,
  );
  return found ? accountJson(urls, found) : null;
}

export function teamJson(urls: ApiUrls, repository: HostedRepository, slug: string): object {
  const url = `${urls.api}/orgs/${repository.owner.login}/teams/${slug}`;
  return {
    id: 1 + repository.teams.indexOf(slug),
    node_id: `T_${slug}`,
    name: slug,
    slug,
    description: null,
    permission: 'push',
    type: 'organization',
    parent: null,
    url,
    html_url: `${urls.server}/orgs/${repository.owner.login}/teams/${slug}`,
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
  };
}
