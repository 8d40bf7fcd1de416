import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectWithNote } from '../../jest-support.ts';
import { bump, GitOpsHarness } from './harness.ts';

let harness: GitOpsHarness;
beforeAll(async () => {
  harness = await GitOpsHarness.open();
});
afterAll(() => harness.close());

const changes = bump('1.4.1', '1.4.2');

describe('invalid inputs fail before any request to GitHub', () => {
  it.each([
    ['no change', { application: 'shop' }, /Input `changes` is missing: nothing else says what to change/],
    ['no name for the branch', { changes }, /Input `application` is missing: the name of the branch/],
    [
      'two sources of the change',
      { changes, path: '.', 'add-paths': '*' },
      /Input `path` is given together with `changes`/,
    ],
    ['path without add-paths', { path: '.', application: 'a' }, /Input `add-paths` is missing/],
    ['add-paths without path', { changes, 'add-paths': '*', application: 'a' }, /Input `path` is missing/],
    ['mode: revert without revert', { mode: 'revert' }, /Input `revert` is missing/],
    [
      'revert without mode: revert',
      { changes, application: 'a', revert: '1' },
      /`mode` is pull-request.*%0A.*mode: revert/,
    ],
    ['a short SHA', { mode: 'revert', revert: 'abc1234' }, /give all 40 digits/],
    [
      'mode: commit with merge',
      { changes, mode: 'commit', merge: 'auto' },
      /Input `mode` is commit, which opens no pull request/,
    ],
    ['a draft with merge', { changes, application: 'a', draft: 'true', merge: 'direct' }, /Input `draft` is true/],
    ['app-id without private-key', { changes, application: 'a', 'app-id': '1' }, /Input `private-key` is missing/],
    ['a slash in a name', { changes, application: 'team/shop' }, /It can't contain a slash/],
    [
      'a team as a reviewer',
      { changes, application: 'a', reviewers: 'acme/platform' },
      /Put teams into `team-reviewers`/,
    ],
    ['a bad branch', { changes, branch: 'a..b' }, /can't have "\.\." there/],
    [
      'a URL as repository',
      { changes, application: 'a', repository: 'https://github.com/a/b.git' },
      /Did you mean "a\/b"/,
    ],
    ['broken changes', { changes: '[{"file":"../x"}]', application: 'a' }, /not a file path inside a repository/],
    ['a misspelled input', { changes, application: 'a', lables: 'x' }, /has no input `lables`.*Did you mean `labels`/],
  ] as const)('%s', async (_name, inputs, message) => {
    const before = harness.github.requests.length;
    const { exitCode, log } = await harness.run(inputs);
    expect(exitCode).toBe(1);
    expect(log).toMatch(message);
    expect(log).not.toMatch(/\n\s+at /);
    expect(harness.github.requests.length).toBe(before);
  });
});

describe('the error names what does not exist or is not allowed', () => {
  it.each([
    ['a missing base', { base: 'trunk' }, /base-not-found::acme\/gitops has no branch trunk/],
    ['a branch that is the base', { branch: 'main' }, /Input `branch` is main, which is the base itself/],
    ['a missing repository', { repository: 'acme/absent' }, /github-not-found::/],
    ['an unknown token', { token: 'ghs_wrong_token' }, /github-unauthorized::.*Set `token` to a valid token/],
    [
      'a private key that is none',
      { 'app-id': '1', 'private-key': 'x' },
      /input-invalid::Input `private-key` is not an RSA private key.*whole file that GitHub made/,
    ],
  ] as const)('%s', async (_name, inputs, message) => {
    const { exitCode, log, writes } = await harness.deploy('1.4.1', '1.4.2', inputs);
    expect([exitCode, writes]).toStrictEqual([1, []]);
    expect(log).toMatch(message);
  });

  it('names the missing permission of a read-only token, before anything is written', async () => {
    const token = harness.github.token({ permissions: { contents: 'read', pull_requests: 'read' } });
    const { exitCode, log } = await harness.deploy('1.4.1', '1.4.2', { token });
    expect(exitCode).toBe(1);
    expect(log).toMatch(/github-forbidden::.*`contents: write`/);
    expect(harness.branchHead).toBe('');
  });

  it('names the setting that forbids workflows to open pull requests', async () => {
    const { repository } = harness;
    repository.policies = { ...repository.policies, actionsMayOpenPullRequests: false };
    const { exitCode, log } = await harness.deploy('1.4.1', '1.4.2');
    repository.policies = { ...repository.policies, actionsMayOpenPullRequests: true };
    expect(exitCode).toBe(1);
    expect(log).toMatch(/Allow GitHub Actions to create and approve pull requests/);
  });

  it('reports a conflict, with a remedy, if someone else has changed the value', async () => {
    const { exitCode, log, writes } = await harness.run({ changes: bump('1.3.9', '1.4.2'), application: 'late' });
    expect([exitCode, writes]).toStrictEqual([1, []]);
    expect(log).toMatch(
      /change-conflict::.*was changed to "ghcr.io\/acme\/shop:1.4.1" in between.*Run bump-manifest-tag again/,
    );
  });
});

it('keeps secrets out of log, outputs and summary, even with debug logging', async () => {
  const own = await GitOpsHarness.open();
  const app = own.github.app();
  const inputs = { 'app-id': String(app.id), 'private-key': app.privateKey, token: '' };
  const { exitCode, log, outputs, summary } = await own.run(
    { changes, application: 'shop', environment: 'staging', merge: 'direct', ...inputs },
    { RUNNER_DEBUG: '1' },
  );
  const lines = log.split('\n');
  const masked = lines
    .filter((line) => line.startsWith('::add-mask::'))
    .map((line) => line.slice('::add-mask::'.length));
  const printed = [...lines.filter((line) => !line.startsWith('::add-mask::')), JSON.stringify(outputs), summary].join(
    '\n',
  );
  expectWithNote(exitCode, log).toBe(0);
  expect(printed).toMatch(/::debug::GET \/api\/v3\/repos\/acme\/gitops → 200/);
  expect(masked.some((value) => value.startsWith('ghs_'))).toBeTruthy();
  for (const value of masked.filter((one) => one.trim() !== ''))
    expectWithNote(printed.includes(value), value).toBeFalsy();
  await own.close();
});

it('fails with an annotation and exit code 1 when run as a process', () => {
  const entry = new URL('../../../src/actions/open-gitops-PR/index.ts', import.meta.url).pathname;
  const env = { PATH: process.env['PATH'], INPUT_REPOSITORY: 'acme/gitops', INPUT_TOKEN: 'secret-token' };
  const { status, stdout } = spawnSync(process.execPath, [entry], { env, encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stdout).toMatch(/::error title=open-gitops-PR%3A input-missing::Input `changes` is missing/);
});
