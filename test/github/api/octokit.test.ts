import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { getOctokit } from '@actions/github';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../src/core/clock.ts';
import { createLog } from '../../../src/core/log.ts';
import { Secrets } from '../../../src/core/secrets.ts';
import { GitHub } from '../../../src/github/api/client.ts';
import { endpointsOf } from '../../../src/github/api/endpoints.ts';
import { branchHead, createBranch, moveBranches } from '../../../src/github/repository/branches.ts';
import { createHttp } from '../../../src/http/http.ts';
import { listenOnLoopback } from '../../fakes/loopback.ts';
import { fakeRunner } from '../../fakes/runner.ts';
import { onTestFinished } from '../../jest-support.ts';
import { GitHubHarness } from '../harness.ts';

/** Faults of Octokit alone, and how our `fetch` fixes them. */

let harness: GitHubHarness;
beforeEach(async () => {
  harness = await GitHubHarness.open();
});
afterEach(() => harness.close());

/** Octokit with its own `fetch`. */
const alone = () => getOctokit(harness.fake.token(), { baseUrl: harness.fake.apiUrl });
const REPOSITORY = { owner: 'acme', repo: 'gitops' };
const UNAVAILABLE = { code: 'github-unavailable' };

describe('a truncated response', () => {
  const cut = (pattern: RegExp) => harness.fake.faults.inject(pattern, { kind: 'truncated', bytes: 5 });

  it('counts as complete for Octokit alone', async () => {
    cut(/GET .*ref/);
    const { status, data } = await alone().request('GET /repos/{owner}/{repo}/git/ref/{ref}', {
      ...REPOSITORY,
      ref: 'heads/main',
    });
    expect([status, data]).toStrictEqual([200, '']);
  });

  it('makes a read be repeated', async () => {
    cut(/GET .*ref/);
    expect(await branchHead(harness.github, harness.repository, 'main')).toBe(harness.main);
    expect(harness.lines.join('\n')).toMatch(/trying again in/);
  });

  it('makes a write fail, and the write is never repeated', async () => {
    cut(/POST .*refs/);
    await expect(createBranch(harness.github, harness.repository, 'topic', harness.main)).rejects.toMatchObject(
      UNAVAILABLE,
    );
    expect(harness.fake.writes.map(({ operation }) => operation)).toStrictEqual(['git/create-ref']);
  });

  it('is detected even if its content-length is correct', async () => {
    for (const body of ['{"ref":"refs/heads/main","obj', '<html>Sign in</html>', '']) {
      harness.fake.faults.inject(/./, { kind: 'status', status: 200, body }, 2);
      await expect(branchHead(harness.github, harness.repository, 'main')).rejects.toMatchObject(UNAVAILABLE);
      await expect(createBranch(harness.github, harness.repository, 'topic', harness.main)).rejects.toMatchObject(
        UNAVAILABLE,
      );
    }
    expect(harness.fake.writes).toStrictEqual([]);
  });
});

describe('a response that is not successful', () => {
  const moved = { message: 'Moved Permanently', url: 'https://api.github.com/repositories/1' };
  const redirect = () =>
    harness.fake.faults.inject(/GET .*ref/, { kind: 'status', status: 301, body: JSON.stringify(moved) });

  it('is a refusal if it is a redirect', async () => {
    redirect();
    const fetch = (url: string, options: RequestInit) => globalThis.fetch(url, { ...options, redirect: 'manual' });
    const octokit = getOctokit('any', { baseUrl: harness.fake.apiUrl, request: { fetch } });
    const { data } = await octokit.request('GET /repos/{owner}/{repo}/git/ref/{ref}', {
      ...REPOSITORY,
      ref: 'heads/main',
    });
    expect(data).toStrictEqual(moved);
    redirect();
    const found = branchHead(harness.github, harness.repository, 'main');
    await expect(found).rejects.toMatchObject({ code: 'github-refused', status: 301, reason: 'Moved Permanently' });
  });

  it('is a refusal, not an empty list, for a list', async () => {
    const list = () =>
      harness.github.list(
        'GET /repos/{owner}/{repo}/pulls',
        harness.repository.routeParams,
        'pull-requests: read',
        (page) => page,
      );
    const conflict = { kind: 'status', status: 409, body: '{"message":"Git Repository is empty."}' } as const;
    harness.fake.faults.inject(/GET .*pulls/, conflict);
    expect(await alone().paginate('GET /repos/{owner}/{repo}/pulls', REPOSITORY)).toStrictEqual([]);
    harness.fake.faults.inject(/GET .*pulls/, conflict);
    await expect(list()).rejects.toMatchObject({ status: 409 });
    harness.respondOnce(/GET .*pulls/, { message: 'a list was expected' });
    await expect(list()).rejects.toMatchObject(UNAVAILABLE);
  });
});

it('logs status, duration and request id of each request for debugging', async () => {
  const { github, repository, main } = harness;
  await branchHead(github, repository, 'main');
  await moveBranches(github, repository, [{ branch: 'main', from: main, to: main }]);
  expect(harness.lines).toContainEqual(
    expect.stringMatching(/^::debug::GET .*\/git\/ref\/heads\/main → 200 in \d+ ms, request [0-9A-F-]{18}$/),
  );
  expect(harness.lines).toContainEqual(
    expect.stringMatching(/^::debug::UpdateRefs → 200 in \d+ ms, request [0-9A-F-]+$/),
  );
});

it('waits for a rate limit that GraphQL reports with status 200, and then writes once', async () => {
  const { github, repository, main } = harness;
  harness.respondOnce(/graphql/, { errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }] });
  await moveBranches(github, repository, [{ branch: 'topic', from: undefined, to: main }]);
  expect(harness.lines).toContainEqual(expect.stringMatching(/secondary rate limit is used up: continuing in 1 min/));
  expect([harness.hosted.branch('topic'), harness.fake.writes.length]).toStrictEqual([main, 1]);
});

it('fails with the reason of a cancellation during a request', async () => {
  const reason = new Error('cancelled');
  harness.fake.faults.inject(/GET .*ref/, { kind: 'meanwhile', happen: () => harness.cancellation.abort(reason) });
  await expect(branchHead(harness.github, harness.repository, 'main')).rejects.toBe(reason);
});

it('reads the next page from the same host, even if the link names another', async () => {
  const received: string[] = [];
  const stranger = createServer((request, response) => {
    received.push(`${request.headers.authorization} ${request.url}`);
    response.writeHead(200, { 'content-type': 'application/json' }).end('[]');
  });
  const port = await listenOnLoopback(stranger);
  onTestFinished(() => stranger.close());
  const link = `<http://127.0.0.1:${port}/api/v3/repos/acme/gitops/pulls?per_page=100&page=2>; rel="next"`;
  harness.respondOnce(/GET .*pulls/, [], { link });
  await alone().paginate('GET /repos/{owner}/{repo}/pulls', REPOSITORY);
  expect(received).toStrictEqual([expect.stringMatching(/^token ghs_\w+ .*page=2$/)]);
  harness.respondOnce(/GET .*pulls/, [], { link });
  await harness.github.list(
    'GET /repos/{owner}/{repo}/pulls',
    harness.repository.routeParams,
    'pull-requests: read',
    (page) => page,
  );
  expect(received.length).toBe(1);
  expect(harness.fake.requests.at(-1)?.path).toBe('/api/v3/repos/acme/gitops/pulls?per_page=100&page=2');
});

it('keeps the slashes in a branch name, and encodes other characters', async () => {
  for (const branch of ['gitops/staging/shop', 'what#1/50%', 'ü+&=@x']) {
    await createBranch(harness.github, harness.repository, branch, harness.main);
    expect(await branchHead(harness.github, harness.repository, branch)).toBe(harness.main);
  }
  expect(harness.fake.requests.map(({ path }) => path)).toContain(
    '/api/v3/repos/acme/gitops/git/ref/heads/gitops/staging/shop',
  );
});

describe('the environment of the process', () => {
  it('changes neither proxy nor token nor user agent', async () => {
    const requests: IncomingHttpHeaders[] = [];
    const server = createServer((request, response) => {
      requests.push(request.headers);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
    const env = { GITHUB_API_URL: `http://127.0.0.1:${await listenOnLoopback(server)}` };
    onTestFinished(() => server.close());
    const variables = { HTTP_PROXY: 'http://127.0.0.1:1', GITHUB_TOKEN: 'stranger', ACTIONS_ORCHESTRATION_ID: 'x' };
    Object.assign(process.env, variables);
    onTestFinished(() => {
      for (const name of Object.keys(variables)) delete process.env[name];
    });
    const http = createHttp({ env: {}, userAgent: 'gitops-actions/test' });
    onTestFinished(() => http.close());
    const github = await GitHub.connect({
      endpoints: endpointsOf(env),
      token: async () => 'own',
      http,
      clock: systemClock,
      log: createLog(fakeRunner({}), new Secrets(), 'test'),
      signal: new AbortController().signal,
    });
    await github.get('GET /repos/{owner}/{repo}', REPOSITORY, 'metadata: read');
    expect(requests.map((headers) => [headers.authorization, headers['user-agent']])).toStrictEqual([
      ['Bearer own', 'gitops-actions/test'],
    ]);
  });

  it('may have an event file that is missing or broken', async () => {
    const event = join(mkdtempSync(join(tmpdir(), 'event-')), 'event.json');
    const load = async (module: string) => {
      const code = `await (await import(${JSON.stringify(module)})).openOctokit?.('http://127.0.0.1'); console.log(process.env.GITHUB_EVENT_PATH)`;
      const env = { PATH: process.env['PATH'], GITHUB_EVENT_PATH: event };
      const options = { env, cwd: import.meta.dirname };
      return (await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code], options)).stdout;
    };
    const ours = new URL('../../../src/github/api/octokit.ts', import.meta.url).href;
    expect(await load('@actions/github')).toMatch(/does not exist/);
    expect(await load(ours)).toBe(`${event}\n`);
    writeFileSync(event, '{ not JSON');
    await expect(load('@actions/github')).rejects.toThrow(/in JSON at position/);
    expect(await load(ours)).toBe(`${event}\n`);
  });
});
