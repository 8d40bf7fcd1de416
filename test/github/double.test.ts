import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { GitHubDouble } from '../doubles/github/server.ts';

describe('the double of GitHub', () => {
  let github: GitHubDouble;
  let token: string;
  before(async () => {
    github = await GitHubDouble.start();
    token = github.token();
  });
  after(() => github.close());

  const ask = async (method: string, path: string, body?: object, as = token) => {
    const response = await fetch(`${github.apiUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${as}`, 'user-agent': 'test' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
  };

  it('answers every operation in the shapes that GitHub publishes', async () => {
    const repository = github.addRepository('acme/shapes', { files: { 'a/b.yaml': 'x: 1\n' }, teams: ['platform'] });
    const base = repository.branch('main') ?? '';
    repository.push('topic', { 'a/b.yaml': 'x: 2\n', 'new.yaml': 'y\n' }, 'Topic');
    const repo = '/repos/acme/shapes';
    assert.equal((await ask('GET', repo)).body.default_branch, 'main');
    assert.equal((await ask('GET', `${repo}/git/ref/heads/main`)).body.object.sha, base);
    assert.equal((await ask('GET', `${repo}/git/matching-refs/heads/`)).body.length, 2);
    const tree = await ask('POST', `${repo}/git/trees`, {
      base_tree: base,
      tree: [{ path: 'run.sh', mode: '100755', type: 'blob', content: '#!/bin/sh\n' }],
    });
    const commit = await ask('POST', `${repo}/git/commits`, { message: 'm', tree: tree.body.sha, parents: [base] });
    assert.equal(commit.body.verification.verified, true);
    assert.equal((await ask('POST', `${repo}/git/refs`, { ref: 'refs/heads/x', sha: commit.body.sha })).status, 201);
    assert.equal((await ask('POST', `${repo}/git/refs`, { ref: 'refs/heads/x', sha: base })).status, 422);
    assert.equal((await ask('PATCH', `${repo}/git/refs/heads/x`, { sha: base })).status, 422);
    assert.equal((await ask('PATCH', `${repo}/git/refs/heads/x`, { sha: base, force: true })).status, 200);
    assert.equal((await ask('DELETE', `${repo}/git/refs/heads/x`)).status, 204);
    assert.equal((await ask('GET', `${repo}/git/trees/${base}?recursive=1`)).body.tree.length, 2);
    const blob = await ask('POST', `${repo}/git/blobs`, { content: 'aGk=', encoding: 'base64' });
    assert.equal((await ask('GET', `${repo}/git/blobs/${blob.body.sha}`)).body.content, 'aGk=');
    assert.equal((await ask('GET', `${repo}/contents/a/b.yaml?ref=topic`)).body.path, 'a/b.yaml');
    const comparison = await ask('GET', `${repo}/compare/main...topic`);
    assert.deepEqual([comparison.body.status, comparison.body.files.length], ['ahead', 2]);
    const pull = await ask('POST', `${repo}/pulls`, { title: 't', head: 'topic', base: 'main', body: 'b' });
    assert.equal(pull.status, 201);
    const number = pull.body.number;
    assert.equal((await ask('POST', `${repo}/pulls`, { title: 't', head: 'topic', base: 'main' })).status, 422);
    assert.equal((await ask('GET', `${repo}/pulls?head=acme:topic`)).body.length, 1);
    assert.equal((await ask('PATCH', `${repo}/pulls/${number}`, { title: 'new' })).body.title, 'new');
    assert.equal((await ask('POST', `${repo}/issues/${number}/labels`, { labels: ['a', 'b'] })).body.length, 2);
    assert.equal((await ask('DELETE', `${repo}/issues/${number}/labels/a`)).body.length, 1);
    const assigned = await ask('POST', `${repo}/issues/${number}/assignees`, { assignees: ['reviewer', 'nobody'] });
    assert.equal(assigned.body.assignees.length, 1);
    const asked = await ask('POST', `${repo}/pulls/${number}/requested_reviewers`, {
      reviewers: ['reviewer'],
      team_reviewers: ['platform'],
    });
    assert.equal(asked.body.requested_teams[0].slug, 'platform');
    assert.equal((await ask('POST', `${repo}/issues/${number}/comments`, { body: 'hi' })).status, 201);
    repository.approve(number);
    assert.equal((await ask('GET', `${repo}/pulls/${number}/reviews`)).body[0].state, 'APPROVED');
    assert.equal((await ask('GET', `${repo}/pulls/${number}/files`)).body.length, 2);
    assert.equal((await ask('GET', `${repo}/pulls/${number}/commits`)).body.length, 1);
    const head = pull.body.head.sha;
    repository.reportCheck(head, 'validate', 'success');
    assert.equal((await ask('GET', `${repo}/commits/${head}/check-runs`)).body.total_count, 1);
    assert.equal((await ask('GET', `${repo}/pulls/${number}`)).body.mergeable, null);
    assert.equal((await ask('GET', `${repo}/pulls/${number}`)).body.mergeable_state, 'clean');
    assert.equal((await ask('PUT', `${repo}/pulls/${number}/merge`, { sha: base })).status, 409);
    const merged = await ask('PUT', `${repo}/pulls/${number}/merge`, { sha: head, merge_method: 'squash' });
    assert.equal(repository.branch('main'), merged.body.sha);
    assert.equal((await ask('GET', `${repo}/git/commits/${merged.body.sha}`)).body.parents[0].sha, base);
    assert.deepEqual(github.violations, []);
  });

  it('refuses what GitHub refuses', async () => {
    github.addRepository('acme/strict', { files: { a: '1' } });
    const readOnly = github.token({ permissions: { contents: 'read' } });
    const forbidden = await ask('POST', '/repos/acme/strict/git/blobs', { content: '' }, readOnly);
    assert.equal(forbidden.body.message, 'Resource not accessible by integration');
    assert.equal(forbidden.headers.get('x-accepted-github-permissions'), 'contents=write');
    assert.equal((await ask('GET', '/repos/acme/strict', undefined, 'nonsense')).body.message, 'Bad credentials');
    assert.equal((await ask('GET', '/repos/acme/absent')).status, 404);
    assert.equal((await ask('POST', '/repos/acme/strict/git/blobs', { contents: '' })).status, 422);
    assert.equal((await ask('GET', '/repos/acme/strict/pulls?stat=open')).status, 422);
  });
});
