import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isObject, stringAt } from '../../../src/json/json.ts';
import { invariant } from '../../jest-support.ts';
import type { HostedRepository } from './hosted-repository.ts';
import { FakeGitHub } from './server.ts';

let github: FakeGitHub;
let repository: HostedRepository;
let token: string;

beforeEach(async () => {
  github = await FakeGitHub.start();
  repository = github.addRepository('acme/rules', { files: { a: '1\n', b: '1\n' } });
  token = github.token();
});
afterEach(async () => {
  await github.close();
  expect(github.violations).toStrictEqual([]);
});

async function request(method: string, url: string, body: object): Promise<unknown> {
  const headers = { authorization: `Bearer ${token}`, 'user-agent': 'test' };
  return (await fetch(url, { method, headers, body: JSON.stringify(body) })).json();
}

const graphql = (query: string, variables = {}) => request('POST', github.graphqlUrl, { query, variables });
const openPull = async (head: string) => {
  await request('POST', `${github.apiUrl}/repos/acme/rules/pulls`, { title: head, head, base: 'main' });
  const pull = repository.pulls.at(-1);
  invariant(pull);
  return pull;
};
const move = (branch: string, to: string | undefined) =>
  repository.moveRefs([{ ref: `refs/heads/${branch}`, to }], github.account('ada'));

describe('a pull request whose branch moves', () => {
  it('is merged if its commits are in the base', async () => {
    const head = repository.push('topic', { a: '2\n' }, 'Topic');
    const pull = await openPull('topic');
    move('main', head);
    expect([pull.state, pull.merged?.sha]).toStrictEqual(['closed', head]);
  });

  it('is closed if its branch is reset to the base or deleted', async () => {
    repository.push('topic', { a: '2\n' }, 'Topic');
    const pull = await openPull('topic');
    move('topic', repository.branch('main'));
    expect([pull.state, pull.merged]).toStrictEqual(['closed', undefined]);
    repository.push('other', { a: '3\n' }, 'Other');
    const other = await openPull('other');
    move('other', undefined);
    expect(other.state).toBe('closed');
  });

  it('stays open with the new head if commits are added', async () => {
    repository.push('topic', { a: '2\n' }, 'Topic');
    const pull = await openPull('topic');
    const head = repository.push('topic', { b: '2\n' }, 'More');
    expect([pull.state, pull.headSha]).toStrictEqual(['open', head]);
  });
});

describe('merging', () => {
  it('refuses conflicting changes', async () => {
    repository.push('topic', { a: '2\n' }, 'Topic');
    const pull = await openPull('topic');
    repository.push('main', { a: '3\n' }, 'Main');
    const url = `${github.apiUrl}/repos/acme/rules/pulls/${pull.number}/merge`;
    expect(stringAt(await request('PUT', url, {}), 'message')).toBe('Pull Request is not mergeable');
  });

  it('keeps author and message of each rebased commit', async () => {
    repository.push('topic', { a: '2\n' }, 'First');
    repository.push('topic', { a: '3\n' }, 'Second');
    const pull = await openPull('topic');
    repository.push('main', { b: '9\n' }, 'Main');
    await request('PUT', `${github.apiUrl}/repos/acme/rules/pulls/${pull.number}/merge`, { merge_method: 'rebase' });
    const { git } = repository;
    const messages = git.commitsBetween('main~2', 'main').map((oid) => git.commit(oid).message);
    expect([messages, repository.file('main', 'a'), repository.file('main', 'b')]).toStrictEqual([
      ['First', 'Second'],
      '3\n',
      '9\n',
    ]);
  });
});

describe('GraphQL', () => {
  const first = (result: unknown, ...path: (string | number)[]) => stringAt(result, 'errors', 0, ...path);

  it('refuses unknown fields and arguments', async () => {
    const field = await graphql('{ repository(owner: "acme", name: "rules") { branches } }');
    expect(first(field, 'message') ?? '').toMatch(/Cannot query field "branches" on type "Repository"/);
    const argument = await graphql('{ repository(owner: "acme", name: "rules", fork: true) { id } }');
    expect(first(argument, 'message') ?? '').toMatch(/Unknown argument "fork"/);
  });

  it('commits and moves branches only from the expected heads, all or none', async () => {
    const main = repository.branch('main') ?? '';
    repository.push('topic', { a: '2\n' }, 'Topic');
    const branch = { repositoryNameWithOwner: 'acme/rules', branchName: 'topic' };
    const stale = await graphql(
      'mutation($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }',
      { input: { branch, expectedHeadOid: main, message: { headline: 'x' } } },
    );
    expect(first(stale, 'type')).toBe('STALE_DATA');
    expect(first(stale, 'message') ?? '').toMatch(/^Expected branch to point to "[0-9a-f]{40}" but it did not\./);
    const topic = repository.branch('topic');
    const updates = [
      { name: 'refs/heads/new', beforeOid: '0'.repeat(40), afterOid: main },
      { name: 'refs/heads/topic', beforeOid: main, afterOid: main, force: true },
    ];
    const moved = await graphql(
      'mutation($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }',
      { input: { repositoryId: repository.nodeId, refUpdates: updates } },
    );
    expect(isObject(moved) && 'errors' in moved).toBeTruthy();
    expect([repository.branch('topic'), repository.branch('new')]).toStrictEqual([topic, undefined]);
  });

  it('enables auto-merge only if there is something to wait for', async () => {
    repository.push('topic', { a: '2\n' }, 'Topic');
    await openPull('topic');
    const found = await graphql('{ repository(owner: "acme", name: "rules") { pullRequest(number: 1) { id } } }');
    const input = { pullRequestId: stringAt(found, 'data', 'repository', 'pullRequest', 'id') };
    const refused = await graphql(
      'mutation($input: EnablePullRequestAutoMergeInput!) { enablePullRequestAutoMerge(input: $input) { pullRequest { id } } }',
      { input },
    );
    expect(first(refused, 'message')).toBe('Pull request Pull request is in clean status');
  });
});
