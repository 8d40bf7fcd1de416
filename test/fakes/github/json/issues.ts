import type { HostedRepository } from '../hosted-repository.ts';
import type { FakePull } from '../model.ts';
import { accountJson } from './accounts.ts';
import { labelJson } from './labels.ts';
import { pullNodeId } from './pull-requests.ts';
import { type ApiUrls, iso, pullUrl, repositoryApiUrl } from './urls.ts';

export function issueJson(urls: ApiUrls, repository: HostedRepository, pull: FakePull): object {
  const url = `${repositoryApiUrl(urls, repository)}/issues/${pull.number}`;
  return {
    id: pull.id,
    node_id: pullNodeId(pull),
    number: pull.number,
    url,
    repository_url: repositoryApiUrl(urls, repository),
    html_url: pullUrl(urls, repository, pull),
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    labels_url: `${url}/labels{/name}`,
    title: pull.title,
    body: pull.body,
    state: pull.state,
    user: accountJson(urls, pull.author),
    labels: pull.labels.map((label) => labelJson(urls, repository, label)),
    assignee: pull.assignees[0] === undefined ? null : accountJson(urls, pull.assignees[0]),
    assignees: pull.assignees.map((account) => accountJson(urls, account)),
    milestone: null,
    locked: false,
    comments: pull.comments.length,
    created_at: iso(pull.createdAt),
    updated_at: iso(pull.updatedAt),
    closed_at: pull.closedAt === undefined ? null : iso(pull.closedAt),
    author_association: 'CONTRIBUTOR',
  };
}

export function commentJson(
  urls: ApiUrls,
  repository: HostedRepository,
  pull: FakePull,
  comment: FakePull['comments'][number],
): object {
  return {
    id: comment.id,
    node_id: `IC_${comment.id}`,
    url: `${repositoryApiUrl(urls, repository)}/issues/comments/${comment.id}`,
    html_url: `${pullUrl(urls, repository, pull)}#issuecomment-${comment.id}`,
    issue_url: `${repositoryApiUrl(urls, repository)}/issues/${pull.number}`,
    body: comment.body,
    user: accountJson(urls, comment.account),
    created_at: iso(comment.at),
    updated_at: iso(comment.at),
    author_association: 'CONTRIBUTOR',
  };
}
