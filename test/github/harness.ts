import { expect } from '@jest/globals';
import { createLog } from '../../src/core/log.ts';
import { Secrets } from '../../src/core/secrets.ts';
import { GitHub } from '../../src/github/api/client.ts';
import { endpointsOf } from '../../src/github/api/endpoints.ts';
import { type Repository, readRepository } from '../../src/github/repository/repository.ts';
import { createHttp, type Http } from '../../src/http/http.ts';
import type { HostedRepository } from '../fakes/github/hosted-repository.ts';
import { FakeGitHub } from '../fakes/github/server.ts';
import { LeapingClock } from '../fakes/leaping-clock.ts';
import { fakeRunner } from '../fakes/runner.ts';

/** A GitHub with a repository, and our client of both. */
export class Desk {
  readonly double: FakeGitHub;
  readonly hosted: HostedRepository;
  readonly github: GitHub;
  readonly repository: Repository;
  /** What the client logged. */
  readonly lines: readonly string[];
  readonly cancellation: AbortController;
  readonly #http: Http;

  private constructor(
    parts: Pick<Desk, 'double' | 'hosted' | 'github' | 'repository' | 'lines' | 'cancellation'>,
    http: Http,
  ) {
    this.double = parts.double;
    this.hosted = parts.hosted;
    this.github = parts.github;
    this.repository = parts.repository;
    this.lines = parts.lines;
    this.cancellation = parts.cancellation;
    this.#http = http;
  }

  static async open(files: Readonly<Record<string, string>> = { 'a.yaml': 'a: 1\n' }): Promise<Desk> {
    const clock = new LeapingClock();
    const double = await FakeGitHub.start({ clock });
    const hosted = double.addRepository('acme/gitops', { files });
    const http = createHttp({ env: {}, userAgent: 'gitops-actions/test' });
    const lines: string[] = [];
    const token = double.token();
    const cancellation = new AbortController();
    const github = await GitHub.connect({
      endpoints: endpointsOf(double.env),
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
    return new Desk({ double, hosted, github, repository, lines, cancellation }, http);
  }

  /** The commit at which `main` stands. */
  get main(): string {
    return this.hosted.branch('main') ?? '';
  }

  /** Answers the next request that fits with this, as JSON. */
  answer(pattern: RegExp, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
    this.double.faults.inject(pattern, { kind: 'status', status: 200, headers, body: JSON.stringify(body) });
  }

  async close(): Promise<void> {
    await this.#http.close();
    await this.double.close();
    expect(this.double.violations).toStrictEqual([]);
  }
}
