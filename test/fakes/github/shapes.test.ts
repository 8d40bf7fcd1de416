import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FakeGitHub } from './server.ts';

describe('the fake GitHub', () => {
  let github: FakeGitHub;
  let token: string;
  beforeAll(async () => {
    github = await FakeGitHub.start();
    token = github.token();
  });
  afterAll(() => github.close());

  const request = async (method: string, path: string, body?: object, as = token) => {
    const response = await fetch(`${github.apiUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${as}`, 'user-agent': 'test' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
  };

  it('responds to every operation in GitHub’s published schema', async () => {
    const repository = github.addRepository('acme/shapes', { files: { 'a/b.yaml': 'x: 1\n' }, teams: ['platform'] });
    const base = repository.branch('main') ?? '';
    repository.push('topic', { 'a/b.yaml': 'x: 2\n', 'new.yaml': 'y\n' }, 'Topic');
    const repo = '/repos/acme/shapes';
    expect((await request('GET', repo)).body.default_branch).toBe('main');
    expect((await request('GET', `${repo}/git/ref/heads/main`)).body.object.sha).toBe(base);
    expect((await request('GET', `${repo}/git/matching-refs/heads/`)).body.length).toBe(2);
    const tree = await request('POST', `${repo}/git/trees`, {
      base_tree: base,
      tree: [{ path: 'run.sh', mode: '100755', type: 'blob', content: '#!/bin/sh\n' }],
    });
    const commit = await request('POST', `${repo}/git/commits`, { message: 'm', tree: tree.body.sha, parents: [base] });
    expect(commit.body.verification.verified).toBe(true);
    expect((await request('POST', `${repo}/git/refs`, { ref: 'refs/heads/x', sha: commit.body.sha })).status).toBe(201);
    expect((await request('POST', `${repo}/git/refs`, { ref: 'refs/heads/x', sha: base })).status).toBe(422);
    expect((await request('PATCH', `${repo}/git/refs/heads/x`, { sha: base })).status).toBe(422);
    expect((await request('PATCH', `${repo}/git/refs/heads/x`, { sha: base, force: true })).status).toBe(200);
    expect((await request('DELETE', `${repo}/git/refs/heads/x`)).status).toBe(204);
    expect((await request('GET', `${repo}/git/trees/${base}?recursive=1`)).body.tree.length).toBe(2);
    const blob = await request('POST', `${repo}/git/blobs`, { content: 'aGk=', encoding: 'base64' });
    expect((await request('GET', `${repo}/git/blobs/${blob.body.sha}`)).body.content).toBe('aGk=');
    expect((await request('GET', `${repo}/contents/a/b.yaml?ref=topic`)).body.path).toBe('a/b.yaml');
    const comparison = await request('GET', `${repo}/compare/main...topic`);
    expect([comparison.body.status, comparison.body.files.length]).toStrictEqual(['ahead', 2]);
    const pull = await request('POST', `${repo}/pulls`, { title: 't', head: 'topic', base: 'main', body: 'b' });
    expect(pull.status).toBe(201);
    const number = pull.body.number;
    expect((await request('POST', `${repo}/pulls`, { title: 't', head: 'topic', base: 'main' })).status).toBe(422);
    expect((await request('GET', `${repo}/pulls?head=acme:topic`)).body.length).toBe(1);
    expect((await request('PATCH', `${repo}/pulls/${number}`, { title: 'new' })).body.title).toBe('new');
    expect((await request('POST', `${repo}/issues/${number}/labels`, { labels: ['a', 'b'] })).body.length).toBe(2);
    expect((await request('DELETE', `${repo}/issues/${number}/labels/a`)).body.length).toBe(1);
    const assigned = await request('POST', `${repo}/issues/${number}/assignees`, { assignees: ['reviewer', 'nobody'] });
    expect(assigned.body.assignees.length).toBe(1);
    const requested = await request('POST', `${repo}/pulls/${number}/requested_reviewers`, {
      reviewers: ['reviewer'],
      team_reviewers: ['platform'],
    });
    expect(requested.body.requested_teams[0].slug).toBe('platform');
    expect((await request('POST', `${repo}/issues/${number}/comments`, { body: 'hi' })).status).toBe(201);
    repository.approve(number);
    expect((await request('GET', `${repo}/pulls/${number}/reviews`)).body[0].state).toBe('APPROVED');
    expect((await request('GET', `${repo}/pulls/${number}/files`)).body.length).toBe(2);
    expect((await request('GET', `${repo}/pulls/${number}/commits`)).body.length).toBe(1);
    const head = pull.body.head.sha;
    repository.reportCheck(head, 'validate', 'success');
    expect((await request('GET', `${repo}/commits/${head}/check-runs`)).body.total_count).toBe(1);
    expect((await request('GET', `${repo}/pulls/${number}`)).body.mergeable).toBe(null);
    expect((await request('GET', `${repo}/pulls/${number}`)).body.mergeable_state).toBe('clean');
    expect((await request('PUT', `${repo}/pulls/${number}/merge`, { sha: base })).status).toBe(409);
    const merged = await request('PUT', `${repo}/pulls/${number}/merge`, { sha: head, merge_method: 'squash' });
    expect(repository.branch('main')).toBe(merged.body.sha);
    expect((await request('GET', `${repo}/git/commits/${merged.body.sha}`)).body.parents[0].sha).toBe(base);
    expect(github.violations).toStrictEqual([]);
  });

  it('refuses what GitHub refuses', async () => {
    github.addRepository('acme/strict', { files: { a: '1' } });
    const readOnly = github.token({ permissions: { contents: 'read' } });
    const forbidden = await request('POST', '/repos/acme/strict/git/blobs', { content: '' }, readOnly);
    expect(forbidden.body.message).toBe('Resource not accessible by integration');
    expect(forbidden.headers.get('x-accepted-github-permissions')).toBe('contents=write');
    expect((await request('GET', '/repos/acme/strict', undefined, 'nonsense')).body.message).toBe('Bad credentials');
    expect((await request('GET', '/repos/acme/absent')).status).toBe(404);
    expect((await request('POST', '/repos/acme/strict/git/blobs', { contents: '' })).status).toBe(422);
    expect((await request('GET', '/repos/acme/strict/pulls?stat=open')).status).toBe(422);
  });
});
