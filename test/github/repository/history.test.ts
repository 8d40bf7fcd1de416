import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { GitHub } from '../../../src/github/api/client.ts';
import { compareCommits } from '../../../src/github/repository/history.ts';
import type { GitHubRepository } from '../../../src/github/repository/repository.ts';
import type { HostedRepository } from '../../fakes/github/hosted-repository.ts';
import { GitHubHarness } from '../harness.ts';

let harness: GitHubHarness;
let hosted: HostedRepository;
let github: GitHub;
let repository: GitHubRepository;

beforeEach(async () => {
  harness = await GitHubHarness.open({ 'a.yaml': 'a: 1\n', 'old.yaml': 'some: text\n' });
  ({ hosted, github, repository } = harness);
});
afterEach(() => harness.close());

describe('compareCommits', () => {
  it('returns every commit, although GitHub returns a hundred per page', async () => {
    const from = hosted.branch('main') ?? '';
    const pushed = Array.from({ length: 130 }, (_, i) =>
      hosted.push('topic', { 'a.yaml': `a: ${i}\n` }, `Change ${i}`),
    );
    const { ahead, commits, paths } = await compareCommits(github, repository, from, pushed.at(-1) ?? '');
    expect(ahead).toBe(130);
    expect(commits.map(({ oid }) => oid)).toStrictEqual(pushed);
    expect(paths).toStrictEqual(['a.yaml']);
  });

  it('returns at most 250 commits', async () => {
    const from = hosted.branch('main') ?? '';
    const pushed = Array.from({ length: 260 }, (_, i) =>
      hosted.push('topic', { 'a.yaml': `a: ${i}\n` }, `Change ${i}`),
    );
    const { ahead, commits } = await compareCommits(github, repository, from, pushed.at(-1) ?? '');
    expect([ahead, commits.length]).toStrictEqual([260, 250]);
  });

  it('returns every changed file, although GitHub lists only 300', async () => {
    const from = hosted.branch('main') ?? '';
    const files = Object.fromEntries(
      Array.from({ length: 320 }, (_, i) => [`many/${String(i).padStart(3, '0')}.yaml`, `n: ${i}\n`]),
    );
    const to = hosted.push(
      'topic',
      { ...files, 'old.yaml': null, 'a.yaml': { content: 'a: 1\n', mode: '100755' } },
      'Many',
    );
    const { paths } = await compareCommits(github, repository, from, to);
    expect([...paths].sort()).toStrictEqual([...Object.keys(files), 'a.yaml', 'old.yaml'].sort());
  });

  it('returns both paths of a renamed file', async () => {
    const from = hosted.branch('main') ?? '';
    const to = hosted.push('topic', { 'old.yaml': null, 'new.yaml': 'some: text\n' }, 'Rename');
    const { paths } = await compareCommits(github, repository, from, to);
    expect([...paths].sort()).toStrictEqual(['new.yaml', 'old.yaml']);
  });
});
