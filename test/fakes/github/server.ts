import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from '../../../src/core/clock.ts';
import { parseJson } from '../../../src/json/json.ts';
import { Faults } from '../faults.ts';
import { listenOnLoopback } from '../loopback.ts';
import type { RegisteredApp } from './app.ts';
import { Credentials, type TokenOptions } from './credentials.ts';
import { describeDocument, executeGraphql } from './graphql/execute.ts';
import { type FileEdit, HostedRepository } from './hosted-repository.ts';
import {
  bearer,
  checkHeaders,
  graphqlSource,
  linkHeader,
  readBody,
  requirePermission,
  send,
  sendRefusal,
} from './http-messages.ts';
import type { ApiUrls } from './json/urls.ts';
import { RateLimit } from './limits.ts';
import { type Account, type Credential, DEFAULT_POLICIES, notFound, type Policies, Refusal } from './model.ts';
import { handleAppOperation } from './rest/apps.ts';
import type { RestResponse } from './rest/call.ts';
import { restOperations } from './rest/operations.ts';
import { loadOperations, type Operation } from './schemas.ts';

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  /** The id of the operation, or kind and fields of a GraphQL document. */
  readonly operation: string;
  /** Whether the request changes something if it succeeds. */
  readonly write: boolean;
  readonly status: number;
}

interface RepositoryOptions {
  /** The files of the first commit on `main`. */
  readonly files: Readonly<Record<string, FileEdit>>;
  readonly policies?: Partial<Policies>;
  readonly collaborators?: readonly string[];
  readonly teams?: readonly string[];
}

const API = '/api/v3';

/**
 * A fake of GitHub's REST and GraphQL APIs, at the paths of an Enterprise Server, over real bare repositories. It listens on the loopback
 * interface, and validates every request and every response against GitHub's published schemas.
 */
export class FakeGitHub {
  readonly serverUrl: string;
  readonly apiUrl: string;
  readonly graphqlUrl: string;
  readonly faults = new Faults();
  /** All requests, in order. */
  readonly requests: RecordedRequest[] = [];
  /** Responses of this fake that violate GitHub's published schemas: defects of the fake. */
  readonly violations: string[] = [];
  readonly limit: RateLimit;
  readonly #clock: Clock;
  readonly #server: Server;
  readonly #folder = mkdtempSync(join(tmpdir(), 'github-fake-'));
  readonly #credentials = new Credentials(() => this.#nextId());
  readonly #repositories = new Map<string, HostedRepository>();
  readonly #operations: readonly Operation[] = loadOperations();
  readonly #urls: ApiUrls;
  #lastId = 1000;

  private constructor(server: Server, serverUrl: string, clock: Clock) {
    this.#server = server;
    this.#clock = clock;
    this.serverUrl = serverUrl;
    this.apiUrl = `${serverUrl}${API}`;
    this.graphqlUrl = `${serverUrl}/api/graphql`;
    this.limit = new RateLimit(clock);
    this.#urls = { api: this.apiUrl, server: serverUrl };
  }

  static async start(options: { readonly clock?: Clock } = {}): Promise<FakeGitHub> {
    let fake: FakeGitHub | undefined;
    const server = createServer((request, response) => void fake?.serve(request, response));
    const port = await listenOnLoopback(server);
    fake = new FakeGitHub(server, `http://127.0.0.1:${port}`, options.clock ?? systemClock);
    return fake;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** The variables in which a runner passes GitHub's URLs to an action. */
  get env(): Record<string, string> {
    return { GITHUB_API_URL: this.apiUrl, GITHUB_GRAPHQL_URL: this.graphqlUrl, GITHUB_SERVER_URL: this.serverUrl };
  }

  /** The requests that would have changed something. */
  get writes(): readonly RecordedRequest[] {
    return this.requests.filter(({ write }) => write);
  }

  account(login: string, type: Account['type'] = 'User'): Account {
    return this.#credentials.account(login, type);
  }

  /** Creates a token; by default a workflow's token with write access to contents and pull requests. */
  token(options: TokenOptions = {}): string {
    return this.#credentials.token(options);
  }

  app(): RegisteredApp {
    return this.#credentials.app();
  }

  addRepository(fullName: string, options: RepositoryOptions): HostedRepository {
    const [owner = '', name = ''] = fullName.split('/');
    const people = ['reviewer', ...(options.collaborators ?? [])];
    const repository = new HostedRepository({
      id: this.#nextId(),
      owner: this.account(owner, 'Organization'),
      name,
      dir: join(this.#folder, owner, `${name}.git`),
      clock: this.#clock,
      policies: { ...DEFAULT_POLICIES, ...options.policies },
      collaborators: new Map(people.map((login) => [login, this.account(login)])),
      teams: options.teams ?? [],
      nextId: () => this.#nextId(),
    });
    repository.push('main', options.files, 'First commit');
    this.#repositories.set(fullName.toLowerCase(), repository);
    return repository;
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    await this.faults.serve(request, response, async () => {
      const url = new URL(request.url ?? '/', this.serverUrl);
      const method = request.method ?? 'GET';
      const body = await readBody(request);
      const headers = { ...this.limit.headers(), 'x-github-request-id': randomUUID().slice(0, 18).toUpperCase() };
      const record = (operation: string, write: boolean, status: number) =>
        this.requests.push({ method, path: url.pathname + url.search, operation, write, status });
      try {
        this.limit.take();
        Object.assign(headers, this.limit.headers());
        checkHeaders(request);
        if (url.pathname === '/api/graphql') {
          const { name, write } = describeDocument(graphqlSource(body));
          const by = this.#credentials.of(request);
          const result = await executeGraphql(
            { repositories: this.#visible(by), by, serverUrl: this.serverUrl },
            parseJson(body),
          );
          record(name, write, 200);
          return send(response, 200, headers, result);
        }
        const result = this.#rest(request, url, body);
        record(result.operation, method !== 'GET', result.status);
        send(response, result.status, { ...headers, ...linkHeader(result, url) }, result.body);
      } catch (thrown) {
        const refusal = thrown instanceof Refusal ? thrown : new Refusal(500, `defect of the fake: ${String(thrown)}`);
        if (!(thrown instanceof Refusal)) this.violations.push(String(thrown instanceof Error ? thrown.stack : thrown));
        record('refused', method !== 'GET', refusal.status);
        sendRefusal(response, headers, refusal);
      }
    });
  }

  #rest(request: IncomingMessage, url: URL, text: string): RestResponse & { readonly operation: string } {
    const path = url.pathname.startsWith(`${API}/`) ? url.pathname.slice(API.length) : undefined;
    const operation = this.#operations.find((one) => one.method === request.method && one.pattern.test(path ?? ''));
    if (path === undefined || !operation) throw notFound();
    const body = text === '' ? undefined : parseJson(text);
    if (text !== '' && body === undefined) throw new Refusal(400, 'Problems parsing JSON');
    const groups = operation.pattern.exec(path)?.groups ?? {};
    const parameters = Object.fromEntries(Object.entries(groups).map(([k, v]) => [k, decodeURIComponent(v)]));
    const wrong = operation.requestProblem(url.searchParams, body);
    if (wrong !== undefined) throw new Refusal(422, `Invalid request.\n\n${wrong}`);
    const result = operation.id.startsWith('apps/')
      ? this.#appOperation(operation.id, request, parameters)
      : this.#repositoryOperation(operation.id, request, url, parameters, body);
    const invalid = operation.responseProblem(result.status, result.body);
    if (invalid !== undefined) this.violations.push(`${operation.id} ${result.status}: ${invalid}`);
    return { ...result, operation: operation.id };
  }

  #repositoryOperation(
    id: string,
    request: IncomingMessage,
    url: URL,
    parameters: Readonly<Record<string, string>>,
    body: unknown,
  ): RestResponse {
    const by = this.#credentials.of(request);
    const name = `${parameters['owner'] ?? ''}/${parameters['repo'] ?? ''}`.toLowerCase();
    const repository = this.#visible(by).find((one) => one.fullName.toLowerCase() === name);
    const operation = restOperations[id];
    if (!repository || !operation) throw notFound();
    requirePermission(by, operation.needs);
    return operation.handle({ repository, by, parameters, query: url.searchParams, body, urls: this.#urls });
  }

  #appOperation(id: string, request: IncomingMessage, parameters: Readonly<Record<string, string>>): RestResponse {
    const app = this.#credentials.appOf(request);
    app.verify(bearer(request), this.#clock);
    return handleAppOperation(id, {
      appId: app.id,
      parameters,
      urls: this.#urls,
      now: this.#clock.now(),
      hasRepository: (fullName) => this.#repositories.has(fullName.toLowerCase()),
      account: (login) => this.account(login, 'Organization'),
      token: (options) => this.token(options),
    });
  }

  #visible(by: Credential): readonly HostedRepository[] {
    return [...this.#repositories.values()].filter(
      ({ fullName }) => by.repositories === undefined || by.repositories.includes(fullName),
    );
  }

  #nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }
}
