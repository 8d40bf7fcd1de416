import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { RegisteredApp } from './app.ts';
import { bearer } from './http-messages.ts';
import { type Account, type Credential, Refusal } from './model.ts';

export interface TokenOptions {
  readonly login?: string;
  readonly kind?: Credential['kind'];
  readonly permissions?: Credential['permissions'];
  readonly repositories?: readonly string[];
}

const WORKFLOW_PERMISSIONS = { contents: 'write', pull_requests: 'write', checks: 'read', metadata: 'read' } as const;

/** The accounts, tokens and apps that a fake of GitHub knows. */
export class Credentials {
  readonly #tokens = new Map<string, Credential>();
  readonly #accounts = new Map<string, Account>();
  readonly #apps: RegisteredApp[] = [];
  readonly #nextId: () => number;

  constructor(nextId: () => number) {
    this.#nextId = nextId;
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
    this.#tokens.set(token, {
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

  /** @throws Refusal 401 if the request has no token, or an unknown one. */
  of(request: IncomingMessage): Credential {
    const token = bearer(request);
    if (token === '') throw new Refusal(401, 'Requires authentication');
    const credential = this.#tokens.get(token);
    if (!credential) throw new Refusal(401, 'Bad credentials');
    return credential;
  }

  /** @throws Refusal 401 if no app has issued the JSON web token of the request. */
  appOf(request: IncomingMessage): RegisteredApp {
    const jwt = bearer(request);
    const app = this.#apps.find((one) => one.issued(jwt));
    if (!app) throw new Refusal(401, 'A JSON web token could not be decoded');
    return app;
  }
}
