import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from '../../../src/core/clock.ts';
import { parseJson } from '../../../src/json/json.ts';
import { Faults } from '../faults.ts';
import { listenOnLoopback } from '../loopback.ts';
import { RegisteredApp } from './app.ts';
import { describeDocument, executeGraphql } from './graphql/execute.ts';
import { type FileEdit, HostedRepository } from './hosted-repository.ts';
import { bearer, checkHeaders, graphqlSource, linkHeader, readBody, requirePermission, send } from './http-messages.ts';
import { installationJson } from './json/installations.ts';
import { type ApiUrls, iso } from './json/urls.ts';
import { RateLimit } from './limits.ts';
import { type Account, type Credential, notFound, type Policies, Refusal } from './model.ts';
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

interface TokenOptions {
  readonly login?: string;
  readonly kind?: Credential['kind'];
  readonly permissions?: Credential['permissions'];
  readonly repositories?: readonly string[];
}

const POLICIES: Policies = {
  mergeMethods: ['merge', 'squash', 'rebase'],
  autoMerge: true,
  deleteBranchOnMerge: false,
  requiredApprovals: 0,
  requiredChecks: [],
  upToDate: false,
  actionsMayOpenPullRequests: true,
  treeLimit: 100_000,
};

const WORKFLOW_PERMISSIONS = { contents: 'write', pull_requests: 'write', checks: 'read', metadata: 'read' } as const;
const API = '/api/v3';
const DOCUMENTATION = 'https://docs.github.com/rest';

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
  readonly #credentials = new Map<string, Credential>();
  readonly #repositories = new Map<string, HostedRepository>();
  readonly #accounts = new Map<string, Account>();
  readonly #apps: RegisteredApp[] = [];
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
    const known = this.#accounts.get(login);
    if (known) return known;
    const account = { id: this.#nextId(), login, type };
    this.#accounts.set(login, account);
    return account;
  }

  /** Creates a token; by default a workflow's token with write access to contents and pull requests. */
  token(options: TokenOptions = {}): string {
    const token = `ghs_${randomUUID().replaceAll('-', '')}`;
    const kind = options.kind ?? 'actions';
    const login = options.login ?? (kind === 'user' ? 'deployer' : 'github-actions[bot]');
    this.#credentials.set(token, {
      account: this.account(login, kind === 'user' ? 'User' : 'Bot'),
      kind,
      permissions: options.permissions ?? WORKFLOW_PERMISSIONS,
      repositories: options.repositories,
    });
    return token;
  }

  app(): RegisteredApp {
    const app = new RegisteredApp(this.#nextId());
    this.#apps.push(app);
    return app;
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
      policies: { ...POLICIES, ...options.policies },
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
          const by = this.#credentialOf(request);
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
        const { status, message, errors } = refusal;
        send(
          response,
          status,
          { ...headers, ...refusal.headers },
          { message, ...(errors ? { errors } : {}), documentation_url: DOCUMENTATION, status: String(status) },
        );
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
    const by = this.#credentialOf(request);
    const name = `${parameters['owner'] ?? ''}/${parameters['repo'] ?? ''}`.toLowerCase();
    const repository = this.#visible(by).find((one) => one.fullName.toLowerCase() === name);
    const operation = restOperations[id];
    if (!repository || !operation) throw notFound();
    requirePermission(by, operation.needs);
    return operation.handle({ repository, by, parameters, query: url.searchParams, body, urls: this.#urls });
  }

  #appOperation(id: string, request: IncomingMessage, parameters: Readonly<Record<string, string>>): RestResponse {
    const jwt = bearer(request);
    const app = this.#apps.find((one) => one.issued(jwt));
    if (!app) throw new Refusal(401, 'A JSON web token could not be decoded');
    app.verify(jwt, this.#clock);
    const permissions = { contents: 'write', pull_requests: 'write', checks: 'read', metadata: 'read' } as const;
    if (id === 'apps/create-installation-access-token') {
      const token = this.token({ kind: 'app', login: `app-${app.id}[bot]`, permissions });
      const expires = iso(this.#clock.now() + 3_600_000);
      return { status: 201, body: { token, expires_at: expires, permissions, repository_selection: 'all' } };
    }
    const owner = parameters['owner'] ?? '';
    if (!this.#repositories.has(`${owner}/${parameters['repo'] ?? ''}`.toLowerCase())) throw notFound();
    const account = this.account(owner, 'Organization');
    return {
      status: 200,
      body: installationJson(this.#urls, { id: app.id, account, permissions, at: this.#clock.now() }),
    };
  }

  #credentialOf(request: IncomingMessage): Credential {
    const token = bearer(request);
    if (token === '') throw new Refusal(401, 'Requires authentication');
    const credential = this.#credentials.get(token);
    if (!credential) throw new Refusal(401, 'Bad credentials');
    return credential;
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
