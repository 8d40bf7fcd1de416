import type { HostedRepository } from '../hosted-repository.ts';
import { mergeabilityKey, mergeabilityOf } from '../merging.ts';
import type { CheckRun, FakePull, Review } from '../model.ts';
import { accountJson, teamJson } from './accounts.ts';
import { labelJson } from './labels.ts';
import { repositoryJson } from './repository.ts';
import { type ApiUrls, iso, pullUrl, repositoryApiUrl } from './urls.ts';

/** @param whole with the fields that lists lack: mergeability, counts, who merged. */
export function pullJson(urls: ApiUrls, repository: HostedRepository, pull: FakePull, whole: boolean): object {
  const url = `${repositoryApiUrl(urls, repository)}/pulls/${pull.number}`;
  const issue = `${repositoryApiUrl(urls, repository)}/issues/${pull.number}`;
  const html = pullUrl(urls, repository, pull);
  const branch = (ref: string, sha: string) => ({
    label: `${repository.owner.login}:${ref}`,
    ref,
    sha,
    user: accountJson(urls, repository.owner),
    repo: repositoryJson(urls, repository),
  });
  const statuses = `${repositoryApiUrl(urls, repository)}/statuses/${pull.headSha}`;
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
    review_comment_url: `${repositoryApiUrl(urls, repository)}/pulls/comments{/number}`,
    comments_url: `${issue}/comments`,
    statuses_url: statuses,
    number: pull.number,
    state: pull.state,
    locked: false,
    title: pull.title,
    user: accountJson(urls, pull.author),
    body: pull.body,
    labels: pull.labels.map((label) => labelJson(urls, repository, label)),
    milestone: null,
    created_at: iso(pull.createdAt),
    updated_at: iso(pull.updatedAt),
    closed_at: pull.closedAt === undefined ? null : iso(pull.closedAt),
    merged_at: pull.merged === undefined ? null : iso(pull.merged.at),
    merge_commit_sha: pull.merged?.sha ?? null,
    assignee: pull.assignees[0] === undefined ? null : accountJson(urls, pull.assignees[0]),
    assignees: pull.assignees.map((account) => accountJson(urls, account)),
    requested_reviewers: pull.reviewers.map((account) => accountJson(urls, account)),
    requested_teams: pull.teams.map((slug) => teamJson(urls, repository, slug)),
    head: branch(pull.head, pull.headSha),
    base: branch(pull.base, pull.baseSha),
    _links: {
      self: { href: url },
      html: { href: html },
      issue: { href: issue },
      comments: { href: `${issue}/comments` },
      review_comments: { href: `${url}/comments` },
      review_comment: { href: `${repositoryApiUrl(urls, repository)}/pulls/comments{/number}` },
      commits: { href: `${url}/commits` },
      statuses: { href: statuses },
    },
    author_association: 'CONTRIBUTOR',
    auto_merge: pull.autoMerge
      ? {
          enabled_by: accountJson(urls, pull.autoMerge.by),
          merge_method: pull.autoMerge.method,
          commit_title: '',
          commit_message: '',
        }
      : null,
    draft: pull.draft,
    ...(whole ? pullDetails(urls, repository, pull) : {}),
  };
}

function pullDetails(urls: ApiUrls, repository: HostedRepository, pull: FakePull): object {
  const range = repository.git.mergeBase(pull.baseSha, pull.headSha) ?? pull.baseSha;
  const changes = repository.git.changes(range, pull.headSha);
  return {
    ...mergeabilityFields(repository, pull),
    merged: pull.merged !== undefined,
    merged_by: pull.merged ? accountJson(urls, pull.merged.by) : null,
    comments: pull.comments.length,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: repository.git.commitsBetween(range, pull.headSha).length,
    additions: sum(changes.map(({ additions }) => additions)),
    deletions: sum(changes.map(({ deletions }) => deletions)),
    changed_files: changes.length,
  };
}

function mergeabilityFields(repository: HostedRepository, pull: FakePull): object {
  if (pull.state === 'closed' || pull.mergeabilityOf !== mergeabilityKey(repository, pull))
    return { mergeable: null, mergeable_state: 'unknown' };
  const state = mergeabilityOf(repository, pull);
  return { mergeable: state !== 'dirty', mergeable_state: state };
}

export function reviewJson(urls: ApiUrls, repository: HostedRepository, pull: FakePull, review: Review): object {
  const html = `${pullUrl(urls, repository, pull)}#pullrequestreview-${review.id}`;
  const url = `${repositoryApiUrl(urls, repository)}/pulls/${pull.number}`;
  return {
    id: review.id,
    node_id: `PRR_${review.id}`,
    user: accountJson(urls, review.account),
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

export function checkRunJson(urls: ApiUrls, repository: HostedRepository, sha: string, check: CheckRun): object {
  const html = `${urls.server}/${repository.fullName}/runs/${check.id}`;
  const url = `${repositoryApiUrl(urls, repository)}/check-runs/${check.id}`;
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

export function pullNodeId(pull: FakePull): string {
  return `PR_kwDO${Buffer.from(String(pull.id)).toString('base64url')}`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
