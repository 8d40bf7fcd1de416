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

describe('inputs that can’t work stop before GitHub is asked', () => {
  for (const [name, inputs, message] of [
    ['nothing to change', { application: 'shop' }, /Input `changes` is missing: nothing else says what to change/],
    ['no name', { changes }, /Input `application` is missing: the name of the branch/],
    ['two sources', { changes, path: '.', 'add-paths': '*' }, /Input `path` is given together with `changes`/],
    ['a checkout without globs', { path: '.', application: 'a' }, /Input `add-paths` is missing/],
    ['globs without a checkout', { changes, 'add-paths': '*', application: 'a' }, /Input `path` is missing/],
    ['revert of nothing', { mode: 'revert' }, /Input `revert` is missing/],
    [
      'revert without its mode',
      { changes, application: 'a', revert: '1' },
      /`mode` is pull-request.*%0A.*mode: revert/,
    ],
    ['a short SHA', { mode: 'revert', revert: 'abc1234' }, /give all 40 digits/],
    [
      'commit and merge',
      { changes, mode: 'commit', merge: 'auto' },
      /Input `mode` is commit, which opens no pull request/,
    ],
    ['a draft to be merged', { changes, application: 'a', draft: 'true', merge: 'direct' }, /Input `draft` is true/],
    ['half an App', { changes, application: 'a', 'app-id': '1' }, /Input `private-key` is missing/],
    ['a slash in a name', { changes, application: 'team/shop' }, /It can’t contain a slash/],
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
  ] as const) {
    it(name, async () => {
      const asked = harness.github.requests.length;
      const { exitCode, log } = await harness.run(inputs);
      expect(exitCode).toBe(1);
      expect(log).toMatch(message);
      expect(log).not.toMatch(/\n\s+at /);
      expect(harness.github.requests.length).toBe(asked);
    });
  }
});

describe('what GitHub or the repository does not have', () => {
  for (const [name, inputs, message] of [
    ['the base', { base: 'trunk' }, /base-not-found::acme\/gitops has no branch trunk/],
    ['the base as branch', { branch: 'main' }, /Input `branch` is main, which is the base itself/],
    ['the repository', { repository: 'acme/absent' }, /github-not-found::/],
    ['a known token', { token: 'ghs_wrong_token' }, /github-unauthorized::/],
  ] as const) {
    it(name, async () => {
      const { exitCode, log, writes } = await harness.deploy('1.4.1', '1.4.2', inputs);
      expect([exitCode, writes]).toStrictEqual([1, []]);
      expect(log).toMatch(message);
    });
  }

  it('a token that may only read names the permission, before anything is written', async () => {
    const token = harness.github.token({ permissions: { contents: 'read', pull_requests: 'read' } });
    const { exitCode, log } = await harness.deploy('1.4.1', '1.4.2', { token });
    expect(exitCode).toBe(1);
    expect(log).toMatch(/github-forbidden::.*`contents: write`/);
    expect(harness.branchHead).toBe('');
  });

  it('a workflow that may not open pull requests names the setting', async () => {
    const { repository } = harness;
    repository.policies = { ...repository.policies, actionsMayOpenPullRequests: false };
    const { exitCode, log } = await harness.deploy('1.4.1', '1.4.2');
    repository.policies = { ...repository.policies, actionsMayOpenPullRequests: true };
    expect(exitCode).toBe(1);
    expect(log).toMatch(/Allow GitHub Actions to create and approve pull requests/);
  });

  it('a value that someone else changed is a conflict with a remedy', async () => {
    const { exitCode, log, writes } = await harness.run({ changes: bump('1.3.9', '1.4.2'), application: 'late' });
    expect([exitCode, writes]).toStrictEqual([1, []]);
    expect(log).toMatch(
      /change-conflict::.*was changed to "ghcr.io\/acme\/shop:1.4.1" in between.*Run bump-manifest-tag again/,
    );
  });
});

it('no secret reaches the log, the outputs or the summary, not even while debugging', async () => {
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
  const said = [...lines.filter((line) => !line.startsWith('::add-mask::')), JSON.stringify(outputs), summary].join(
    '\n',
  );
  expectWithNote(exitCode, log).toBe(0);
  expect(said).toMatch(/::debug::GET \/api\/v3\/repos\/acme\/gitops → 200/);
  expect(masked.some((value) => value.startsWith('ghs_'))).toBeTruthy();
  for (const value of masked.filter((one) => one.trim() !== ''))
    expectWithNote(said.includes(value), value).toBeFalsy();
  await own.close();
});

it('ends with a sentence and exit code 1 as a process, too', () => {
  const entry = new URL('../../../src/actions/open-gitops-PR/index.ts', import.meta.url).pathname;
  const env = { PATH: process.env['PATH'], INPUT_REPOSITORY: 'acme/gitops', INPUT_TOKEN: 'secret-token' };
  const { status, stdout } = spawnSync(process.execPath, [entry], { env, encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stdout).toMatch(/::error title=open-gitops-PR%3A input-missing::Input `changes` is missing/);
});
