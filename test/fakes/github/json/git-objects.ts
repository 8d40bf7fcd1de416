import { defined } from '../../../../src/core/defined.ts';
import type { Commit, FileChange, Person } from '../git-output.ts';
import type { HostedRepository } from '../hosted-repository.ts';
import { accountOfPerson } from './accounts.ts';
import { type ApiUrls, gitObjectUrl, iso, repositoryApiUrl } from './urls.ts';

export function refJson(urls: ApiUrls, repository: HostedRepository, ref: string, oid: string): object {
  return {
    ref,
    node_id: `REF_${Buffer.from(`${repository.id}:${ref}`).toString('base64url')}`,
    url: `${repositoryApiUrl(urls, repository)}/git/${ref}`,
    object: { type: 'commit', sha: oid, url: gitObjectUrl(urls, repository, 'commits', oid) },
  };
}

export function gitCommitJson(urls: ApiUrls, repository: HostedRepository, commit: Commit): object {
  return {
    sha: commit.oid,
    node_id: `C_${commit.oid}`,
    url: gitObjectUrl(urls, repository, 'commits', commit.oid),
    html_url: `${urls.server}/${repository.fullName}/commit/${commit.oid}`,
    author: signature(commit.author),
    committer: signature(commit.committer),
    tree: { sha: commit.tree, url: gitObjectUrl(urls, repository, 'trees', commit.tree) },
    message: commit.message,
    parents: commit.parents.map((sha) => ({
      sha,
      url: gitObjectUrl(urls, repository, 'commits', sha),
      html_url: `${urls.server}/${repository.fullName}/commit/${sha}`,
    })),
    verification: verification(repository, commit),
  };
}

export function commitJson(urls: ApiUrls, repository: HostedRepository, commit: Commit): object {
  const url = `${repositoryApiUrl(urls, repository)}/commits/${commit.oid}`;
  return {
    url,
    sha: commit.oid,
    node_id: `C_${commit.oid}`,
    html_url: `${urls.server}/${repository.fullName}/commit/${commit.oid}`,
    comments_url: `${url}/comments`,
    commit: {
      url: gitObjectUrl(urls, repository, 'commits', commit.oid),
      author: signature(commit.author),
      committer: signature(commit.committer),
      message: commit.message,
      comment_count: 0,
      tree: { sha: commit.tree, url: gitObjectUrl(urls, repository, 'trees', commit.tree) },
      verification: verification(repository, commit),
    },
    author: accountOfPerson(urls, repository, commit.author),
    committer: accountOfPerson(urls, repository, commit.committer),
    parents: commit.parents.map((sha) => ({ sha, url: `${repositoryApiUrl(urls, repository)}/commits/${sha}` })),
  };
}

export function changedFileJson(
  urls: ApiUrls,
  repository: HostedRepository,
  change: FileChange,
  commit: string,
): object {
  const html = `${urls.server}/${repository.fullName}`;
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
    contents_url: `${repositoryApiUrl(urls, repository)}/contents/${encodeURI(change.path)}?ref=${commit}`,
  };
}

export function treeJson(
  urls: ApiUrls,
  repository: HostedRepository,
  oid: string,
  options: { readonly recursive: boolean },
): object {
  const entries = repository.git.entries(oid, options);
  const kept = entries.slice(0, repository.policies.treeLimit);
  return {
    sha: oid,
    url: gitObjectUrl(urls, repository, 'trees', oid),
    tree: kept.map((entry) => ({
      path: entry.path,
      mode: entry.mode,
      type: entry.type,
      sha: entry.oid,
      ...defined({ size: entry.size }),
      ...(entry.type === 'commit' ? {} : { url: gitObjectUrl(urls, repository, `${entry.type}s`, entry.oid) }),
    })),
    truncated: kept.length < entries.length,
  };
}

export function blobJson(urls: ApiUrls, repository: HostedRepository, oid: string): object {
  const content = repository.git.readBlob(oid);
  return {
    sha: oid,
    node_id: `B_${oid}`,
    size: content.length,
    url: gitObjectUrl(urls, repository, 'blobs', oid),
    content: wrapped(content),
    encoding: 'base64',
  };
}

export function fileJson(urls: ApiUrls, repository: HostedRepository, path: string, oid: string, ref: string): object {
  const content = repository.git.readBlob(oid);
  const url = `${repositoryApiUrl(urls, repository)}/contents/${encodeURI(path)}?ref=${ref}`;
  const html = `${urls.server}/${repository.fullName}/blob/${ref}/${encodeURI(path)}`;
  return {
    name: path.split('/').at(-1) ?? path,
    path,
    sha: oid,
    size: content.length,
    url,
    html_url: html,
    git_url: gitObjectUrl(urls, repository, 'blobs', oid),
    download_url: html.replace('/blob/', '/raw/'),
    type: 'file',
    content: wrapped(content),
    encoding: 'base64',
    _links: { self: url, git: gitObjectUrl(urls, repository, 'blobs', oid), html },
  };
}

export function comparisonJson(
  urls: ApiUrls,
  repository: HostedRepository,
  base: Commit,
  head: Commit,
  mergeBase: Commit,
  page: Page,
): object {
  const { git } = repository;
  const ahead = git.commitsBetween(base.oid, head.oid);
  const behind = git.commitsBetween(head.oid, base.oid).length;
  const html = `${urls.server}/${repository.fullName}/compare/${base.oid}...${head.oid}`;
  const status = ahead.length === 0 ? (behind === 0 ? 'identical' : 'behind') : behind === 0 ? 'ahead' : 'diverged';
  const from = (page.number - 1) * page.size;
  return {
    url: `${repositoryApiUrl(urls, repository)}/compare/${base.oid}...${head.oid}`,
    html_url: html,
    permalink_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    base_commit: commitJson(urls, repository, base),
    merge_base_commit: commitJson(urls, repository, mergeBase),
    status,
    ahead_by: ahead.length,
    behind_by: behind,
    total_commits: ahead.length,
    commits: ahead.slice(from, from + page.size).map((oid) => commitJson(urls, repository, git.commit(oid))),
    // The first page has all files (at most 300), the others have none.
    files:
      page.number > 1
        ? []
        : git
            .changes(mergeBase.oid, head.oid)
            .slice(0, 300)
            .map((change) => changedFileJson(urls, repository, change, head.oid)),
  };
}

export interface Page {
  readonly number: number;
  readonly size: number;
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
