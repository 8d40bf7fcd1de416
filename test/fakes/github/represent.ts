import { defined } from '../../../src/core/defined.ts';
import type { Commit, FileChange, Person } from './git.ts';
import type { HostedRepository } from './hosted-repository.ts';
import { mergeabilityKey, mergeabilityOf } from './merging.ts';
import { type Account, type CheckRun, type FakePull, type Label, personOf, type Review } from './model.ts';

/** The JSON of GitHub's REST API, complete enough for the published schemas. */
export class Representation {
  readonly #api: string;
  readonly #server: string;

  constructor(urls: { readonly api: string; readonly server: string }) {
    this.#api = urls.api;
    this.#server = urls.server;
  }

  account(account: Account): object {
    const url = `${this.#api}/users/${account.login}`;
    return {
      login: account.login,
      id: account.id,
      node_id: `U_${account.id}`,
      avatar_url: `${this.#server}/avatars/${account.id}`,
      gravatar_id: '',
      html_url: `${this.#server}/${account.login.replace('[bot]', '')}`,
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

  /** @param whole with the fields that only `GET /repos/{owner}/{repo}` returns. */
  repository(repository: HostedRepository, whole = false): object {
    const url = this.#repositoryUrl(repository);
    const html = `${this.#server}/${repository.fullName}`;
    const { policies } = repository;
    const open = repository.pulls.filter(({ state }) => state === 'open').length;
    return {
      id: repository.id,
      node_id: repository.nodeId,
      name: repository.name,
      full_name: repository.fullName,
      private: true,
      owner: this.account(repository.owner),
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

  ref(repository: HostedRepository, ref: string, oid: string): object {
    return {
      ref,
      node_id: `REF_${Buffer.from(`${repository.id}:${ref}`).toString('base64url')}`,
      url: `${this.#repositoryUrl(repository)}/git/${ref}`,
      object: { type: 'commit', sha: oid, url: this.#object(repository, 'commits', oid) },
    };
  }

  gitCommit(repository: HostedRepository, commit: Commit): object {
    return {
      sha: commit.oid,
      node_id: `C_${commit.oid}`,
      url: this.#object(repository, 'commits', commit.oid),
      html_url: `${this.#server}/${repository.fullName}/commit/${commit.oid}`,
      author: signature(commit.author),
      committer: signature(commit.committer),
      tree: { sha: commit.tree, url: this.#object(repository, 'trees', commit.tree) },
      message: commit.message,
      parents: commit.parents.map((sha) => ({
        sha,
        url: this.#object(repository, 'commits', sha),
        html_url: `${this.#server}/${repository.fullName}/commit/${sha}`,
      })),
      verification: verification(repository, commit),
    };
  }

  commit(repository: HostedRepository, commit: Commit): object {
    const url = `${this.#repositoryUrl(repository)}/commits/${commit.oid}`;
    return {
      url,
      sha: commit.oid,
      node_id: `C_${commit.oid}`,
      html_url: `${this.#server}/${repository.fullName}/commit/${commit.oid}`,
      comments_url: `${url}/comments`,
      commit: {
        url: this.#object(repository, 'commits', commit.oid),
        author: signature(commit.author),
        committer: signature(commit.committer),
        message: commit.message,
        comment_count: 0,
        tree: { sha: commit.tree, url: this.#object(repository, 'trees', commit.tree) },
        verification: verification(repository, commit),
      },
      author: this.#accountOf(repository, commit.author),
      committer: this.#accountOf(repository, commit.committer),
      parents: commit.parents.map((sha) => ({ sha, url: `${this.#repositoryUrl(repository)}/commits/${sha}` })),
    };
  }

  change(repository: HostedRepository, change: FileChange, commit: string): object {
    const html = `${this.#server}/${repository.fullName}`;
    return {
      sha: change.oid,
      filename: change.path,
      ...defined({ previous_filename: change.previousPath }),
      status: change.status,
      additions: change.additions,
      deletions: change.deletions,
      changes: change.additions + change.deletions,
      blob_url: `${html}/blob/${commit}/${encodeURI(change.path)}`,
      raw_url: `${html}/raw/${commit}/${encodeURI(change.path)}`,
      contents_url: `${this.#repositoryUrl(repository)}/contents/${encodeURI(change.path)}?ref=${commit}`,
    };
  }

  label(repository: HostedRepository, label: Label): object {
    return {
      id: label.id,
      node_id: `LA_${label.id}`,
      url: `${this.#repositoryUrl(repository)}/labels/${encodeURIComponent(label.name)}`,
      name: label.name,
      description: '',
      color: 'ededed',
      default: false,
    };
  }

  /** @param whole with the fields that lists lack: mergeability, counts, who merged. */
  pull(repository: HostedRepository, pull: FakePull, whole: boolean): object {
    const url = `${this.#repositoryUrl(repository)}/pulls/${pull.number}`;
    const issue = `${this.#repositoryUrl(repository)}/issues/${pull.number}`;
    const html = this.pullUrl(repository, pull);
    const branch = (ref: string, sha: string) => ({
      label: `${repository.owner.login}:${ref}`,
      ref,
      sha,
      user: this.account(repository.owner),
      repo: this.repository(repository),
    });
    const statuses = `${this.#repositoryUrl(repository)}/statuses/${pull.headSha}`;
    return {
      url,
      id: pull.id,
      node_id: pullNodeId(pull),
      html_url: html,
      diff_url: `${html}.diff`,
      patch_url: `${html}.patch`,
      issue_url: issue,
      commits_url: `${url}/commits`,
      review_comments_url: `${url}/comments`,
      review_comment_url: `${this.#repositoryUrl(repository)}/pulls/comments{/number}`,
      comments_url: `${issue}/comments`,
      statuses_url: statuses,
      number: pull.number,
      state: pull.state,
      locked: false,
      title: pull.title,
      user: this.account(pull.author),
      body: pull.body,
      labels: pull.labels.map((label) => this.label(repository, label)),
      milestone: null,
      created_at: iso(pull.createdAt),
      updated_at: iso(pull.updatedAt),
      closed_at: pull.closedAt === undefined ? null : iso(pull.closedAt),
      merged_at: pull.merged === undefined ? null : iso(pull.merged.at),
      merge_commit_sha: pull.merged?.sha ?? null,
      assignee: pull.assignees[0] === undefined ? null : this.account(pull.assignees[0]),
      assignees: pull.assignees.map((account) => this.account(account)),
      requested_reviewers: pull.reviewers.map((account) => this.account(account)),
      requested_teams: pull.teams.map((slug) => this.#team(repository, slug)),
      head: branch(pull.head, pull.headSha),
      base: branch(pull.base, pull.baseSha),
      _links: {
        self: { href: url },
        html: { href: html },
        issue: { href: issue },
        comments: { href: `${issue}/comments` },
        review_comments: { href: `${url}/comments` },
        review_comment: { href: `${this.#repositoryUrl(repository)}/pulls/comments{/number}` },
        commits: { href: `${url}/commits` },
        statuses: { href: statuses },
      },
      author_association: 'CONTRIBUTOR',
      auto_merge: pull.autoMerge
        ? {
            enabled_by: this.account(pull.autoMerge.by),
            merge_method: pull.autoMerge.method,
            commit_title: '',
            commit_message: '',
          }
        : null,
      draft: pull.draft,
      ...(whole ? this.#wholePull(repository, pull) : {}),
    };
  }

  pullUrl(repository: HostedRepository, pull: FakePull): string {
    return `${this.#server}/${repository.fullName}/pull/${pull.number}`;
  }

  review(repository: HostedRepository, pull: FakePull, review: Review): object {
    const html = `${this.pullUrl(repository, pull)}#pullrequestreview-${review.id}`;
    const url = `${this.#repositoryUrl(repository)}/pulls/${pull.number}`;
    return {
      id: review.id,
      node_id: `PRR_${review.id}`,
      user: this.account(review.account),
      body: '',
      state: review.state,
      html_url: html,
      pull_request_url: url,
      _links: { html: { href: html }, pull_request: { href: url } },
      submitted_at: iso(review.at),
      commit_id: review.commit,
      author_association: 'MEMBER',
    };
  }

  check(repository: HostedRepository, sha: string, check: CheckRun): object {
    const html = `${this.#server}/${repository.fullName}/runs/${check.id}`;
    const url = `${this.#repositoryUrl(repository)}/check-runs/${check.id}`;
    return {
      id: check.id,
      node_id: `CR_${check.id}`,
      head_sha: sha,
      name: check.name,
      external_id: '',
      url,
      html_url: html,
      details_url: html,
      status: check.status,
      conclusion: check.conclusion,
      started_at: iso(repository.createdAt),
      completed_at: check.conclusion === null ? null : iso(repository.createdAt),
      output: { title: null, summary: null, text: null, annotations_count: 0, annotations_url: `${url}/annotations` },
      check_suite: { id: 1 },
      app: null,
      pull_requests: [],
    };
  }

  issue(repository: HostedRepository, pull: FakePull): object {
    const url = `${this.#repositoryUrl(repository)}/issues/${pull.number}`;
    return {
      id: pull.id,
      node_id: pullNodeId(pull),
      number: pull.number,
      url,
      repository_url: this.#repositoryUrl(repository),
      html_url: this.pullUrl(repository, pull),
      comments_url: `${url}/comments`,
      events_url: `${url}/events`,
      labels_url: `${url}/labels{/name}`,
      title: pull.title,
      body: pull.body,
      state: pull.state,
      user: this.account(pull.author),
      labels: pull.labels.map((label) => this.label(repository, label)),
      assignee: pull.assignees[0] === undefined ? null : this.account(pull.assignees[0]),
      assignees: pull.assignees.map((account) => this.account(account)),
      milestone: null,
      locked: false,
      comments: pull.comments.length,
      created_at: iso(pull.createdAt),
      updated_at: iso(pull.updatedAt),
      closed_at: pull.closedAt === undefined ? null : iso(pull.closedAt),
      author_association: 'CONTRIBUTOR',
    };
  }

  comment(repository: HostedRepository, pull: FakePull, comment: FakePull['comments'][number]): object {
    return {
      id: comment.id,
      node_id: `IC_${comment.id}`,
      url: `${this.#repositoryUrl(repository)}/issues/comments/${comment.id}`,
      html_url: `${this.pullUrl(repository, pull)}#issuecomment-${comment.id}`,
      issue_url: `${this.#repositoryUrl(repository)}/issues/${pull.number}`,
      body: comment.body,
      user: this.account(comment.account),
      created_at: iso(comment.at),
      updated_at: iso(comment.at),
      author_association: 'CONTRIBUTOR',
    };
  }

  tree(repository: HostedRepository, oid: string, options: { readonly recursive: boolean }): object {
    const entries = repository.git.entries(oid, options);
    const kept = entries.slice(0, repository.policies.treeLimit);
    return {
      sha: oid,
      url: this.#object(repository, 'trees', oid),
      tree: kept.map((entry) => ({
        path: entry.path,
        mode: entry.mode,
        type: entry.type,
        sha: entry.oid,
        ...defined({ size: entry.size }),
        ...(entry.type === 'commit' ? {} : { url: this.#object(repository, `${entry.type}s`, entry.oid) }),
      })),
      truncated: kept.length < entries.length,
    };
  }

  blob(repository: HostedRepository, oid: string): object {
    const content = repository.git.readBlob(oid);
    return {
      sha: oid,
      node_id: `B_${oid}`,
      size: content.length,
      url: this.#object(repository, 'blobs', oid),
      content: wrapped(content),
      encoding: 'base64',
    };
  }

  file(repository: HostedRepository, path: string, oid: string, ref: string): object {
    const content = repository.git.readBlob(oid);
    const url = `${this.#repositoryUrl(repository)}/contents/${encodeURI(path)}?ref=${ref}`;
    const html = `${this.#server}/${repository.fullName}/blob/${ref}/${encodeURI(path)}`;
    return {
      name: path.split('/').at(-1) ?? path,
      path,
      sha: oid,
      size: content.length,
      url,
      html_url: html,
      git_url: this.#object(repository, 'blobs', oid),
      download_url: html.replace('/blob/', '/raw/'),
      type: 'file',
      content: wrapped(content),
      encoding: 'base64',
      _links: { self: url, git: this.#object(repository, 'blobs', oid), html },
    };
  }

  comparison(repository: HostedRepository, base: Commit, head: Commit, mergeBase: Commit, page: Page): object {
    const { git } = repository;
    const ahead = git.commitsBetween(base.oid, head.oid);
    const behind = git.commitsBetween(head.oid, base.oid).length;
    const html = `${this.#server}/${repository.fullName}/compare/${base.oid}...${head.oid}`;
    const status = ahead.length === 0 ? (behind === 0 ? 'identical' : 'behind') : behind === 0 ? 'ahead' : 'diverged';
    const from = (page.number - 1) * page.size;
    return {
      url: `${this.#repositoryUrl(repository)}/compare/${base.oid}...${head.oid}`,
      html_url: html,
      permalink_url: html,
      diff_url: `${html}.diff`,
      patch_url: `${html}.patch`,
      base_commit: this.commit(repository, base),
      merge_base_commit: this.commit(repository, mergeBase),
      status,
      ahead_by: ahead.length,
      behind_by: behind,
      total_commits: ahead.length,
      commits: ahead.slice(from, from + page.size).map((oid) => this.commit(repository, git.commit(oid))),
      // The first page has all files (at most 300), the others have none.
      files:
        page.number > 1
          ? []
          : git
              .changes(mergeBase.oid, head.oid)
              .slice(0, 300)
              .map((change) => this.change(repository, change, head.oid)),
    };
  }

  #wholePull(repository: HostedRepository, pull: FakePull): object {
    const range = repository.git.mergeBase(pull.baseSha, pull.headSha) ?? pull.baseSha;
    const changes = repository.git.changes(range, pull.headSha);
    return {
      ...this.#mergeability(repository, pull),
      merged: pull.merged !== undefined,
      merged_by: pull.merged ? this.account(pull.merged.by) : null,
      comments: pull.comments.length,
      review_comments: 0,
      maintainer_can_modify: false,
      commits: repository.git.commitsBetween(range, pull.headSha).length,
      additions: sum(changes.map(({ additions }) => additions)),
      deletions: sum(changes.map(({ deletions }) => deletions)),
      changed_files: changes.length,
    };
  }

  #mergeability(repository: HostedRepository, pull: FakePull): object {
    if (pull.state === 'closed' || pull.mergeabilityOf !== mergeabilityKey(repository, pull))
      return { mergeable: null, mergeable_state: 'unknown' };
    const state = mergeabilityOf(repository, pull);
    return { mergeable: state !== 'dirty', mergeable_state: state };
  }

  #accountOf(repository: HostedRepository, person: Person): object | null {
    const found = [repository.owner, ...repository.collaborators.values()].find(
      (account) => personOf(account, 0).email === person.email,
    );
    return found ? this.account(found) : null;
  }

  #team(repository: HostedRepository, slug: string): object {
    const url = `${this.#api}/orgs/${repository.owner.login}/teams/${slug}`;
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
      html_url: `${this.#server}/orgs/${repository.owner.login}/teams/${slug}`,
      members_url: `${url}/members{/member}`,
      repositories_url: `${url}/repos`,
    };
  }

  #repositoryUrl(repository: HostedRepository): string {
    return `${this.#api}/repos/${repository.fullName}`;
  }

  #object(repository: HostedRepository, kind: string, oid: string): string {
    return `${this.#repositoryUrl(repository)}/git/${kind}/${oid}`;
  }
}

export interface Page {
  readonly number: number;
  readonly size: number;
}

export function pullNodeId(pull: FakePull): string {
  return `PR_kwDO${Buffer.from(String(pull.id)).toString('base64url')}`;
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

function urlsBelow(url: string, paths: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, `${url}${path}`]));
}

/** ISO 8601 with seconds, as GitHub writes it. */
export function iso(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

function signature(person: Person): object {
  return { name: person.name, email: person.email, date: iso(person.at) };
}

function verification(repository: HostedRepository, commit: Commit): object {
  return repository.verified.has(commit.oid)
    ? {
        verified: true,
        reason: 'valid',
        signature: '-----BEGIN PGP SIGNATURE-----',
        payload: `tree ${commit.tree}`,
        verified_at: iso(commit.committer.at),
      }
    : { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null };
}

function wrapped(content: Buffer): string {
  return content.toString('base64').replace(/.{60}/g, '$&\n');
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
