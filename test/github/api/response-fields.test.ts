import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mergePullRequest } from '../../../src/github/pull-requests/merge.ts';
import { listPullRequests, readPullRequest } from '../../../src/github/pull-requests/pull-requests.ts';
import { branchHead } from '../../../src/github/repository/branches.ts';
import { commitTo } from '../../../src/github/repository/commits.ts';
import { listFiles, readFiles } from '../../../src/github/repository/files.ts';
import { compareCommits } from '../../../src/github/repository/history.ts';
import { readRepository } from '../../../src/github/repository/repository.ts';
import { GitHubHarness } from '../harness.ts';

/** An Enterprise Server of another version, or a proxy, may leave out fields that writes depend on. */

let harness: GitHubHarness;
beforeEach(async () => {
  harness = await GitHubHarness.open();
});
afterEach(() => harness.close());

const OID = 'a'.repeat(40);
const pull = {
  ...{ number: 1, node_id: 'PR_1', html_url: 'https://git.test/1', state: 'open', title: 't', body: null },
  ...{ head: { ref: 'topic', sha: OID, repo: { full_name: 'acme/gitops' } }, base: { ref: 'main' } },
};
const without = (name: string) => Object.fromEntries(Object.entries(pull).filter(([key]) => key !== name));
const content = { mode: '100755', content: Buffer.from('x') } as const;

const commit = (mode: '100644' | '100755') =>
  commitTo(harness.github, harness.repository, {
    ...{ branch: 'main', from: harness.main, parent: harness.main, message: 'm' },
    edits: [{ path: 'b.sh', after: { ...content, mode } }],
  });

const CASES: readonly (readonly [field: string, request: RegExp, response: unknown, read: () => Promise<unknown>])[] = [
  ['the head of main', /GET .*ref/, { ref: 'refs/heads/main', object: {} }, () => branch()],
  ['the head of main', /GET .*ref/, [], () => branch()],
  ['the default branch of acme/gitops', /GET/, { full_name: 'acme/gitops', node_id: 'R' }, () => repository()],
  ['the id of acme/gitops', /GET/, { full_name: 'acme/gitops', default_branch: 'main' }, () => repository()],
  ['the number of a pull', /GET .*pulls/, without('number'), () => readPullRequest(...on(), 1)],
  ['the id of a pull', /GET .*pulls/, without('node_id'), () => readPullRequest(...on(), 1)],
  ['the state of a pull', /GET .*pulls/, without('state'), () => readPullRequest(...on(), 1)],
  ['the branch of a pull', /GET .*pulls/, without('head'), () => readPullRequest(...on(), 1)],
  ['the head of a pull', /GET .*pulls/, { ...pull, head: { ref: 'topic' } }, () => readPullRequest(...on(), 1)],
  ['the base of a pull', /GET .*pulls/, without('base'), () => readPullRequest(...on(), 1)],
  ['the items of GET /repos', /GET .*pulls/, { items: [] }, () => listPullRequests(...on(), 'topic')],
  ['the merge base', /GET .*compare/, { ahead_by: 0, commits: [], files: [] }, () => comparison()],
  ['the number of commits', /GET .*compare/, { ...compared(), ahead_by: undefined }, () => comparison()],
  ['the commits of', /GET .*compare/, { ...compared(), commits: undefined }, () => comparison()],
  ['the files of', /GET .*compare/, { ...compared(), files: undefined }, () => comparison()],
  ['the files of a commit', /GET .*trees/, { sha: OID, truncated: false }, () => listFiles(...on(), OID)],
  ['the file a.yaml', /graphql/, { data: { repository: { object: null } } }, () => readFiles(...on(), OID, ['a.yaml'])],
  ['the file a.yaml', /graphql/, { data: {} }, () => readFiles(...on(), OID, ['a.yaml'])],
  ['the merge commit of', /PUT .*merge/, { merged: true }, async () => merge()],
  ['the new commit on main', /graphql/, { data: { createCommitOnBranch: null } }, () => commit('100644')],
  ['the id of the new file', /POST .*blobs/, { url: 'https://git.test' }, () => commit('100755')],
  ['the id of the new tree', /POST .*trees/, {}, () => commit('100755')],
  ['the id of the new commit', /POST .*commits/, { sha: '' }, () => commit('100755')],
];

const on = () => [harness.github, harness.repository] as const;
const branch = () => branchHead(...on(), 'main');
const repository = () => readRepository(harness.github, { owner: 'acme', name: 'gitops' });
const comparison = () => compareCommits(...on(), OID, OID);
function compared() {
  return { merge_base_commit: { sha: OID }, ahead_by: 0, commits: [], files: [] };
}
async function merge() {
  harness.respondOnce(/GET .*pulls/, pull);
  return mergePullRequest(...on(), await readPullRequest(...on(), 1), 'squash');
}

describe('a response without a required field is an error', () => {
  it.each(CASES)('%s (%s)', async (field, request, response, read) => {
    const main = harness.main;
    harness.respondOnce(request, response);
    await expect(read()).rejects.toMatchObject({
      code: 'github-unavailable',
      message: expect.stringContaining(`GitHub gave no usable response: it lacks ${field}`),
    });
    expect(harness.main).toBe(main);
  });

  it('so is a file whose content does not match its id', async () => {
    const large = harness.hosted.push('main', { 'large.txt': 'x'.repeat(600_000) }, 'Large');
    harness.respondOnce(/GET .*blobs/, { encoding: 'base64', content: '' });
    const read = () => readFiles(...on(), large, ['large.txt']);
    await expect(read()).rejects.toMatchObject({ code: 'github-unavailable' });
    expect((await read()).get('large.txt')?.content.length).toBe(600_000);
  });
});
