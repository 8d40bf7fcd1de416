import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLog } from '../../../src/core/log.ts';
import { Secrets } from '../../../src/core/secrets.ts';
import type { TokenSource } from '../../../src/github/api/api-requester.ts';
import { GitHub } from '../../../src/github/api/client.ts';
import { endpointsOf } from '../../../src/github/api/endpoints.ts';
import { GitHubConflict, GitHubRefusal } from '../../../src/github/api/error.ts';
import { installationTokens } from '../../../src/github/auth/app-tokens.ts';
import { listPullRequests } from '../../../src/github/pull-requests/pull-requests.ts';
import { branchHead, createBranch, moveBranches } from '../../../src/github/repository/branches.ts';
import { listFiles, readFiles } from '../../../src/github/repository/files.ts';
import { type GitHubRepository, readRepository } from '../../../src/github/repository/repository.ts';
import { createHttp, type Http } from '../../../src/http/http.ts';
import type { HostedRepository } from '../../fakes/github/hosted-repository.ts';
import { FakeGitHub } from '../../fakes/github/server.ts';
import { LeapingClock } from '../../fakes/leaping-clock.ts';
import { fakeRunner } from '../../fakes/runner.ts';
import { errorLike, expectWithNote, invariant } from '../../jest-support.ts';

let clock: LeapingClock;
let fake: FakeGitHub;
let hosted: HostedRepository;
let http: Http;
let lines: string[];
let github: GitHub;
let repository: GitHubRepository;

const connectBy = (token: TokenSource) =>
  GitHub.connect({
    endpoints: endpointsOf(fake.env),
    token,
    http,
    clock,
    log: createLog(
      fakeRunner({ RUNNER_DEBUG: '1' }, (line) => lines.push(line)),
      new Secrets(),
      'test',
    ),
    signal: new AbortController().signal,
  });

const connect = (token: string) => connectBy(async () => token);

beforeEach(async () => {
  clock = new LeapingClock();
  fake = await FakeGitHub.start({ clock });
  hosted = fake.addRepository('acme/gitops', { files: { 'a.yaml': 'a: 1\n', 'deep/er/b.yaml': 'b: 1\n' } });
  http = createHttp({ env: {}, userAgent: 'test' });
  lines = [];
  github = await connect(fake.token());
  repository = await readRepository(github, { owner: 'acme', name: 'gitops' });
});
afterEach(async () => {
  await http.close();
  await fake.close();
  expect(fake.violations).toStrictEqual([]);
});

const refusal = (code: string, message: RegExp, remedy: RegExp) => (thrown: unknown) => {
  invariant(thrown instanceof GitHubRefusal, String(thrown));
  expect(thrown.code).toBe(code);
  expect(thrown.message).toMatch(message);
  expect(thrown.remedy).toMatch(remedy);
  return true;
};

describe('the remedy of a refusal', () => {
  it('names the missing permission', async () => {
    const reader = await connect(fake.token({ permissions: { contents: 'read' } }));
    await expect(createBranch(reader, repository, 'x', hosted.branch('main') ?? '')).rejects.toThrow(
      errorLike(
        refusal(
          'github-forbidden',
          /the response to POST .*git\/refs was 403 "Resource not accessible/,
          /`contents: write`/,
        ),
      ),
    );
    const input = [{ branch: 'x', from: undefined, to: hosted.branch('main') }];
    await expect(moveBranches(reader, repository, input)).rejects.toThrow(
      errorLike(refusal('github-forbidden', /the response to UpdateRefs was 200/, /`contents: write`/)),
    );
    await expect(listPullRequests(reader, repository, 'x')).rejects.toThrow(
      errorLike(
        refusal('github-forbidden', /GET/, /`pull-requests: read` \(or `write`, if it must change something\)/),
      ),
    );
  });

  it('distinguishes single sign-on and an archived repository from a missing permission', async () => {
    for (const [message, code, remedy] of [
      ['Resource protected by organization SAML enforcement.', 'github-forbidden', /Configure SSO/],
      ['Repository was archived so is read-only.', 'repository-archived', /Unarchive/],
    ] as const) {
      fake.faults.inject(/GET .*pulls/, { kind: 'status', status: 403, body: JSON.stringify({ message }) });
      await expect(listPullRequests(github, repository, 'x')).rejects.toThrow(errorLike(refusal(code, /403/, remedy)));
    }
  });

  it('distinguishes a rule of the repository from a missing permission', async () => {
    const message = 'Repository rule violations found\n\nChanges must be made through a pull request.';
    const body = JSON.stringify({ data: { updateRefs: null }, errors: [{ type: 'UNPROCESSABLE', message }] });
    fake.faults.inject(/POST \/api\/graphql/, { kind: 'status', status: 200, body });
    const head = hosted.branch('main');
    await expect(moveBranches(github, repository, [{ branch: 'main', from: head, to: head }])).rejects.toThrow(
      errorLike(refusal('branch-protected', /protects the branch/, /Use a pull request/)),
    );
  });

  it('distinguishes an invalid token from a hidden repository', async () => {
    const unknown = await connect('ghs_unknown');
    const read = (by: GitHub) => readRepository(by, { owner: 'acme', name: 'gitops' });
    await expect(read(unknown)).rejects.toThrow(
      errorLike(refusal('github-unauthorized', /does not accept the token/, /valid token/)),
    );
    const withoutAccess = await connect(fake.token({ repositories: ['acme/other'] }));
    await expect(read(withoutAccess)).rejects.toThrow(
      errorLike(refusal('github-not-found', /did not find it/, /hides/)),
    );
  });
});

describe('rate limits', () => {
  it('waits until the primary rate limit resets', async () => {
    fake.limit.leave(0, 5 * 60_000);
    const start = clock.now();
    expect(await branchHead(github, repository, 'main')).toBe(hosted.branch('main'));
    expect(clock.now() - start).toBeGreaterThanOrEqual(5 * 60_000);
    expect(lines.join('\n')).toMatch(/GitHub's rate limit is used up: continuing in 5 min/);
  });

  it.each([
    ['a rate limit', 403, { 'retry-after': '120' }],
    ['a server error', 503, { 'retry-after': '120' }],
  ] as const)('uses the current token after %s', async (_name, status, headers) => {
    const start = clock.now();
    const renewed = fake.token();
    const renewing = await connectBy(async () => (clock.now() > start ? renewed : 'ghs_valid_until_then'));
    fake.faults.inject(/GET .*main$/, { kind: 'status', status, headers });
    expect(await branchHead(renewing, repository, 'main')).toBe(hosted.branch('main'));
  });

  it('fails instead of waiting for an hour', async () => {
    fake.limit.leave(0, 60 * 60_000);
    await expect(branchHead(github, repository, 'main')).rejects.toThrow(
      /used up GitHub's rate limit, which ends in 1 h/,
    );
  });

  it.each([{ 'retry-after': '0' }, { 'x-ratelimit-remaining': '0' }])(
    'fails in the end if the limit resets immediately each time: %j',
    async (headers) => {
      fake.faults.inject(/GET/, { kind: 'status', status: 429, headers }, 1000);
      await expect(branchHead(github, repository, 'main')).rejects.toMatchObject({ code: 'github-rate-limited' });
      expect(lines.filter((line) => line.includes('is used up')).length).toBeLessThan(15);
    },
  );

  it.each([
    ['403 and Retry-After', { status: 403, headers: { 'retry-after': '42' } }],
    ['429 and Retry-After', { status: 429, headers: { 'retry-after': '42' } }],
    ['403 and a message only', { status: 403, body: '{"message":"You have exceeded a secondary rate limit."}' }],
  ] as const)('waits for a secondary rate limit (%s), and then writes once', async (_name, fault) => {
    fake.faults.inject(/POST .*git\/refs/, { kind: 'status', ...fault });
    const start = clock.now();
    await createBranch(github, repository, 'topic', hosted.branch('main') ?? '');
    expect(clock.now() - start).toBeGreaterThanOrEqual(42_000);
    expect(fake.writes.length).toBe(1);
  });
});

describe('reading', () => {
  it('ignores pull requests of a fork with a branch of the same name', async () => {
    const of = (repo: object | null, number: number) => {
      const head = { ref: 'topic', sha: 'a'.repeat(40), repo };
      return { number, node_id: `PR_${number}`, state: 'open', head, base: { ref: 'main' } };
    };
    const body = JSON.stringify([of({ full_name: 'acme/fork' }, 1), of({ full_name: 'acme/gitops' }, 2), of(null, 3)]);
    fake.faults.inject(/GET .*pulls/, { kind: 'status', status: 200, body });
    const found = await listPullRequests(github, repository, 'topic');
    expect(found.map(({ number }) => number)).toStrictEqual([2]);
  });

  it('reads all pages of a list', async () => {
    for (let number = 1; number <= 130; number++) {
      hosted.push('topic', { 'a.yaml': `a: ${number + 1}\n` }, `Change ${number}`);
      hosted.addPull({
        ...{ author: fake.account('ada'), title: 't', body: null, state: 'closed', draft: false, head: 'topic' },
        ...{ headSha: hosted.branch('topic') ?? '', base: 'main', baseSha: hosted.branch('main') ?? '' },
        ...{ closedAt: clock.now(), merged: undefined, autoMerge: undefined, labels: [], assignees: [], reviewers: [] },
        ...{ teams: [], reviews: [], comments: [], mergeabilityOf: undefined },
      });
    }
    expect((await listPullRequests(github, repository, 'topic')).length).toBe(130);
    expect(fake.requests.filter(({ operation }) => operation === 'pulls/list').length).toBe(2);
  });

  it('reads files with their exact bytes and modes, and undefined for missing files and folders', async () => {
    const files = {
      'binary.bin': { content: Buffer.from([0, 255, 1]) },
      'latin1.txt': { content: Buffer.from([0x63, 0xe9]) },
      'run.sh': { content: '#!/bin/sh\n', mode: '100755' },
      'large.txt': 'x'.repeat(600_000),
      'odd " name.yaml': 'odd: true\n',
    };
    const commit = hosted.push('main', files, 'More');
    const found = await readFiles(github, repository, commit, [...Object.keys(files), 'deep', 'nothing']);
    expect(found.get('binary.bin')?.content).toStrictEqual(Buffer.from([0, 255, 1]));
    expect(found.get('latin1.txt')?.content).toStrictEqual(Buffer.from([0x63, 0xe9]));
    expect(found.get('run.sh')?.mode).toBe('100755');
    expect(found.get('large.txt')?.content.length).toBe(600_000);
    expect(found.get('odd " name.yaml')?.content.toString()).toBe('odd: true\n');
    expect([found.get('deep'), found.get('nothing')]).toStrictEqual([undefined, undefined]);
  });

  it('lists every file even if GitHub truncates the list', async () => {
    const whole = await listFiles(github, repository, hosted.branch('main') ?? '');
    hosted.policies = { ...hosted.policies, treeLimit: 2 };
    const cut = await listFiles(github, repository, hosted.branch('main') ?? '');
    expect([...cut.keys()].sort()).toStrictEqual(['a.yaml', 'deep/er/b.yaml']);
    expect(cut).toStrictEqual(whole);
  });
});

describe('moveBranches', () => {
  it('moves all branches or none, and only from the expected heads', async () => {
    const main = hosted.branch('main') ?? '';
    const other = hosted.push('other', { 'a.yaml': 'a: 2\n' }, 'Other');
    hosted.push('topic', { 'a.yaml': 'a: 3\n' }, 'Topic');
    await expect(
      moveBranches(github, repository, [
        { branch: 'other', from: other, to: main },
        { branch: 'topic', from: main, to: other },
      ]),
    ).rejects.toThrow(GitHubConflict);
    expect(hosted.branch('other')).toBe(other);
    await moveBranches(github, repository, [{ branch: 'other', from: other, to: undefined }]);
    expect(hosted.branch('other')).toBeUndefined();
  });
});

describe('a GitHub App', () => {
  const tokensOf = (appId: number, privateKey: string, mask: (token: string) => void = () => {}) => {
    const app = { appId: String(appId), privateKey, repository: { owner: 'acme', name: 'gitops' } };
    return installationTokens(connectBy, clock, app, mask);
  };

  it('gets a token for the repository, masks it, and replaces it before it expires', async () => {
    const app = fake.app();
    const masked: string[] = [];
    const byApp = await connectBy(tokensOf(app.id, app.privateKey, (token) => masked.push(token)));
    await createBranch(byApp, repository, 'by-app', hosted.branch('main') ?? '');
    await branchHead(byApp, repository, 'by-app');
    const tokens = () => new Set(masked.filter((token) => token.startsWith('ghs_'))).size;
    expect([hosted.branch('by-app'), tokens()]).toStrictEqual([hosted.branch('main'), 1]);
    expectWithNote(masked[0]?.startsWith('eyJ'), 'the JWT of the App is masked too').toBeTruthy();
    await clock.sleep(58 * 60_000);
    await branchHead(byApp, repository, 'by-app');
    expect(tokens()).toBe(2);
  });

  it('gets no token with the key of another App or an invalid key', async () => {
    const [app, other] = [fake.app(), fake.app()];
    await expect(tokensOf(app.id, other.privateKey)()).rejects.toThrow(
      /gives App \d+ no token for acme\/gitops: A JSON web token could not be decoded/,
    );
    await expect(tokensOf(app.id, 'x')()).rejects.toThrow(/not an RSA private key/);
  });
});
