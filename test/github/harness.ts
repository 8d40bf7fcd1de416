import { expect } from '@jest/globals';
import { createLog } from '../../src/core/log.ts';
import { Secrets } from '../../src/core/secrets.ts';
import { GitHub } from '../../src/github/api/client.ts';
import { endpointsOf } from '../../src/github/api/endpoints.ts';
import { type GitHubRepository, readRepository } from '../../src/github/repository/repository.ts';
import { createHttp, type Http } from '../../src/http/http.ts';
import type { HostedRepository } from '../fakes/github/hosted-repository.ts';
import { FakeGitHub } from '../fakes/github/server.ts';
import { LeapingClock } from '../fakes/leaping-clock.ts';
import { fakeRunner } from '../fakes/runner.ts';

/** A fake GitHub with one repository, and a client of it. */
export class GitHubHarness {
  readonly fake: FakeGitHub;
  readonly hosted: HostedRepository;
  readonly github: GitHub;
  readonly repository: GitHubRepository;
  /** What the client logged. */
  readonly lines: readonly string[];
  readonly cancellation: AbortController;
  readonly #http: Http;

  private constructor(
    parts: Pick<GitHubHarness, 'fake' | 'hosted' | 'github' | 'repository' | 'lines' | 'cancellation'>,
    http: Http,
  ) {
    this.fake = parts.fake;
    this.hosted = parts.hosted;
    this.github = parts.github;
    this.repository = parts.repository;
    this.lines = parts.lines;
    this.cancellation = parts.cancellation;
    this.#http = http;
  }

  static async open(files: Readonly<Record<string, string>> = { 'a.yaml': 'a: 1\n' }): Promise<GitHubHarness> {
    const clock = new LeapingClock();
    const fake = await FakeGitHub.start({ clock });
    const hosted = fake.addRepository('acme/gitops', { files });
    const http = createHttp({ env: {}, userAgent: 'gitops-actions/test' });
    const lines: string[] = [];
    const token = fake.token();
    const cancellation = new AbortController();
    const github = await GitHub.connect({
      endpoints: endpointsOf(fake.env),
      token: async () => token,
      http,
      clock,
      log: createLog(
        fakeRunner({ RUNNER_DEBUG: '1' }, (line) => lines.push(line)),
        new Secrets(),
        'test',
      ),
      signal: cancellation.signal,
    });
    const repository = await readRepository(github, { owner: 'acme', name: 'gitops' });
    return new GitHubHarness({ fake, hosted, github, repository, lines, cancellation }, http);
  }

  /** The head of `main`. */
  get main(): string {
    return this.hosted.branch('main') ?? '';
  }

  /** Sets the response to the next matching request, as JSON. */
  respondOnce(pattern: RegExp, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
    this.fake.faults.inject(pattern, { kind: 'status', status: 200, headers, body: JSON.stringify(body) });
  }

  async close(): Promise<void> {
    await this.#http.close();
    await this.fake.close();
    expect(this.fake.violations).toStrictEqual([]);
  }
}
