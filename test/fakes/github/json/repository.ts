import type { HostedRepository } from '../hosted-repository.ts';
import { accountJson } from './accounts.ts';
import { type ApiUrls, iso, repositoryApiUrl, urlsBelow } from './urls.ts';

/** @param whole with the fields that only `GET /repos/{owner}/{repo}` returns. */
export function repositoryJson(urls: ApiUrls, repository: HostedRepository, whole = false): object {
  const url = repositoryApiUrl(urls, repository);
  const html = `${urls.server}/${repository.fullName}`;
  const { policies } = repository;
  const open = repository.pulls.filter(({ state }) => state === 'open').length;
  return {
    id: repository.id,
    node_id: repository.nodeId,
    name: repository.name,
    full_name: repository.fullName,
    private: true,
    owner: accountJson(urls, repository.owner),
    html_url: html,
    description: null,
    fork: false,
    ...urlsBelow(url, REPOSITORY_URLS),
    git_url: html.replace(/^https?/, 'git'),
    ssh_url: `git@github.test:${repository.fullName}.git`,
    clone_url: `${html}.git`,
    svn_url: html,
    homepage: null,
    language: null,
    license: null,
    mirror_url: null,
    default_branch: repository.defaultBranch,
    ...{ forks: 0, forks_count: 0, stargazers_count: 0, watchers: 0, watchers_count: 0, size: 0 },
    ...{ open_issues: open, open_issues_count: open },
    ...{ has_issues: true, has_projects: false, has_wiki: false, has_pages: false, has_downloads: false },
    ...{ archived: false, disabled: false },
    created_at: iso(repository.createdAt),
    updated_at: iso(repository.createdAt),
    pushed_at: iso(repository.createdAt),
    ...(whole
      ? {
          has_discussions: false,
          network_count: 0,
          subscribers_count: 0,
          allow_squash_merge: policies.mergeMethods.includes('squash'),
          allow_merge_commit: policies.mergeMethods.includes('merge'),
          allow_rebase_merge: policies.mergeMethods.includes('rebase'),
          allow_auto_merge: policies.autoMerge,
          delete_branch_on_merge: policies.deleteBranchOnMerge,
        }
      : {}),
  };
}

const REPOSITORY_URLS = {
  url: '',
  archive_url: '/{archive_format}{/ref}',
  assignees_url: '/assignees{/user}',
  blobs_url: '/git/blobs{/sha}',
  branches_url: '/branches{/branch}',
  collaborators_url: '/collaborators{/collaborator}',
  comments_url: '/comments{/number}',
  commits_url: '/commits{/sha}',
  compare_url: '/compare/{base}...{head}',
  contents_url: '/contents/{+path}',
  contributors_url: '/contributors',
  deployments_url: '/deployments',
  downloads_url: '/downloads',
  events_url: '/events',
  forks_url: '/forks',
  git_commits_url: '/git/commits{/sha}',
  git_refs_url: '/git/refs{/sha}',
  git_tags_url: '/git/tags{/sha}',
  hooks_url: '/hooks',
  issue_comment_url: '/issues/comments{/number}',
  issue_events_url: '/issues/events{/number}',
  issues_url: '/issues{/number}',
  keys_url: '/keys{/key_id}',
  labels_url: '/labels{/name}',
  languages_url: '/languages',
  merges_url: '/merges',
  milestones_url: '/milestones{/number}',
  notifications_url: '/notifications{?since,all,participating}',
  pulls_url: '/pulls{/number}',
  releases_url: '/releases{/id}',
  stargazers_url: '/stargazers',
  statuses_url: '/statuses/{sha}',
  subscribers_url: '/subscribers',
  subscription_url: '/subscription',
  tags_url: '/tags',
  teams_url: '/teams',
  trees_url: '/git/trees{/sha}',
} as const;
