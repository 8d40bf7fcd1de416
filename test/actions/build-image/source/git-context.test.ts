import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readGitContext } from '../../../../src/actions/build-image/source/git-context.ts';
import { Checkout } from '../harness.ts';

let checkout: Checkout;
beforeEach(() => {
  checkout = new Checkout();
});
afterEach(() => checkout.remove());

const read = (env: Record<string, string> = {}) =>
  readGitContext(checkout.folder, { PATH: process.env['PATH'], HOME: checkout.temp, ...env });

function commit(): string {
  const who = {
    GIT_AUTHOR_NAME: 'a',
    GIT_AUTHOR_EMAIL: 'a@b',
    GIT_COMMITTER_NAME: 'a',
    GIT_COMMITTER_EMAIL: 'a@b',
    GIT_COMMITTER_DATE: '1699999999 +0200',
  };
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: checkout.folder, env: { ...process.env, ...who }, encoding: 'utf8' }).trim();
  git('init', '-q');
  git('commit', '-q', '--allow-empty', '-m', 'one');
  return git('rev-parse', 'HEAD');
}

test('the time and the SHA are those of the commit', async () => {
  const sha = commit();
  expect((await read()).time).toBe(1_699_999_999);
  expect((await read()).sha).toBe(sha);
});

test('the SHA is that of the commit in the context, even if the workflow runs for another commit', async () => {
  const sha = commit();
  const { sha: found, time } = await read({ GITHUB_SHA: 'a'.repeat(40) });
  expect([found, time]).toStrictEqual([sha, 1_699_999_999]);
});

test('the config of a bare repository inside a commit runs no program', async () => {
  const sha = commit();
  const marker = join(checkout.temp, 'ran');
  checkout.write('site/HEAD', 'ref: refs/heads/main\n');
  checkout.write('site/refs/heads/main', `${sha}\n`);
  checkout.write('site/objects/.gitkeep', '');
  checkout.write(
    'site/config',
    `
      [core]
        repositoryformatversion = 1
        bare = true
        sshCommand = "touch ${marker}; false"
      [extensions]
        partialClone = origin
      [remote "origin"]
        url = ssh://host/path
        promisor = true
    `,
  );
  const env = { PATH: process.env['PATH'], HOME: checkout.temp, GITHUB_SHA: 'abc' };
  const { sha: found, time } = await readGitContext(join(checkout.folder, 'site'), env);
  expect([found, time, existsSync(marker)]).toStrictEqual(['abc', undefined, false]);
});

test('SOURCE_DATE_EPOCH takes precedence over the commit, and must be in seconds', async () => {
  commit();
  expect((await read({ SOURCE_DATE_EPOCH: '5' })).time).toBe(5);
  await expect(read({ SOURCE_DATE_EPOCH: 'yesterday' })).rejects.toMatchObject({
    code: 'input-invalid',
    message: expect.stringMatching(/SOURCE_DATE_EPOCH=yesterday/),
  });
});

test('without Git, the time comes from the event, or is unknown', async () => {
  expect((await read({ PATH: '/nonexistent' })).time).toBeUndefined();
  checkout.write('event.json', JSON.stringify({ head_commit: { timestamp: '2026-11-21T02:03:04+01:00' } }));
  const { time } = await read({ PATH: '/nonexistent', GITHUB_EVENT_PATH: join(checkout.folder, 'event.json') });
  expect(time).toBe(Date.UTC(2026, 10, 21, 1, 3, 4) / 1000);
});

test('the ref gives the branch, the tag or the pull request', async () => {
  checkout.write('event.json', JSON.stringify({ repository: { default_branch: 'trunk' } }));
  const event = { GITHUB_EVENT_PATH: join(checkout.folder, 'event.json') };
  const trunk = await read({ ...event, GITHUB_REF: 'refs/heads/trunk' });
  expect([trunk.branch, trunk.isDefaultBranch]).toStrictEqual(['trunk', true]);
  const other = await read({ ...event, GITHUB_REF: 'refs/heads/main' });
  expect([other.branch, other.isDefaultBranch]).toStrictEqual(['main', false]);
  expect((await read({ GITHUB_REF: 'refs/tags/v1' })).tag).toBe('v1');
  const pull = await read({ GITHUB_REF: 'refs/pull/12/merge', GITHUB_BASE_REF: 'trunk' });
  expect([pull.pullRequest, pull.baseBranch, pull.branch]).toStrictEqual(['12', 'trunk', undefined]);
});
