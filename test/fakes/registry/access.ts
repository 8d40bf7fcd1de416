import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { RegistryError, readBody } from './answer.ts';

export type Action = 'pull' | 'push';

/** An account and its rights. */
export interface Account {
  readonly password: string;
  /** Default: everything is allowed. */
  readonly may?: (repository: string, action: Action) => boolean;
}

export type AccessRules =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic'; readonly accounts: Readonly<Record<string, Account>> }
  | {
      readonly kind: 'bearer';
      readonly accounts: Readonly<Record<string, Account>>;
      /** Repositories that can be pulled without a login. */
      readonly anonymousPull?: (repository: string) => boolean;
      /** Seconds. Default 300. */
      readonly tokenLife?: number;
      /** Refresh token (identity token) → account. */
      readonly refreshTokens?: Readonly<Record<string, string>>;
    };

interface Grant {
  readonly scopes: ReadonlySet<string>;
  readonly expiresAt: number;
}

/** A right that a request needs. */
export interface Right {
  readonly repository: string;
  readonly action: Action;
}

/** Checks credentials and tokens as distribution's `token` and `htpasswd` access controllers do. */
export class Access {
  readonly #rules: AccessRules;
  readonly #tokens = new Map<string, Grant>();
  readonly #origin: () => string;
  /** The number of issued tokens. */
  tokensIssued = 0;

  constructor(rules: AccessRules, origin: () => string) {
    this.#rules = rules;
    this.#origin = origin;
  }

  /** Revokes every token, as a restart with a new key does. */
  revokeTokens(): void {
    this.#tokens.clear();
  }

  /** @throws RegistryError 401 with a challenge if the request lacks one of the rights. */
  check(request: IncomingMessage, rights: readonly Right[]): void {
    const rules = this.#rules;
    const header = request.headers.authorization ?? '';
    if (rules.kind === 'none') return;
    if (rules.kind === 'basic') {
      const account = this.#account(header);
      if (account && rights.every(({ repository, action }) => account.may?.(repository, action) ?? true)) return;
      if (account) throw new RegistryError(403, 'DENIED', 'requested access to the resource is denied');
      throw new RegistryError(401, 'UNAUTHORIZED', 'authentication required', {
        'www-authenticate': 'Basic realm="Registry Realm"',
      });
    }
    const token = /^Bearer (.+)$/.exec(header)?.[1];
    const grant = token === undefined ? undefined : this.#tokens.get(token);
    const valid = grant !== undefined && grant.expiresAt > Date.now();
    if (valid && rights.every(({ repository, action }) => grant.scopes.has(`${repository}:${action}`))) return;
    const error = token === undefined ? '' : valid ? ',error="insufficient_scope"' : ',error="invalid_token"';
    throw new RegistryError(401, 'UNAUTHORIZED', 'authentication required', {
      'www-authenticate': `Bearer realm="${this.#origin()}/token",service="fake"${scopeParameter(rights)}${error}`,
    });
  }

  /** Whether the request has a right. A mount without the right to read its source becomes an upload. */
  allows(request: IncomingMessage, right: Right): boolean {
    try {
      this.check(request, [right]);
      return true;
    } catch {
      return false;
    }
  }

  /** The token server: GET with Basic credentials (or none), POST with a refresh token. */
  async serveToken(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const rules = this.#rules;
    if (rules.kind !== 'bearer') throw new RegistryError(404, 'NOT_FOUND', 'no token server here');
    const url = new URL(request.url ?? '', this.#origin());
    const form =
      request.method === 'POST' ? new URLSearchParams((await readBody(request)).toString()) : url.searchParams;
    if (form.get('service') !== 'fake') throw new RegistryError(400, 'BAD_REQUEST', 'unknown service');
    const header = request.headers.authorization;
    const owner = rules.refreshTokens?.[form.get('refresh_token') ?? ''];
    const account = request.method === 'POST' ? rules.accounts[owner ?? ''] : this.#account(header ?? '');
    if (!account && (header !== undefined || request.method === 'POST'))
      throw new RegistryError(401, 'UNAUTHORIZED', 'incorrect username or password');
    const scopes = new Set<string>();
    for (const scope of form.getAll('scope').flatMap((text) => text.split(' '))) {
      const [, repository = '', actions = ''] = /^repository:([^:]+):([a-z,*]+)$/.exec(scope) ?? [];
      for (const action of actions.split(',')) {
        if (action !== 'pull' && action !== 'push') continue;
        const allowed = account
          ? (account.may?.(repository, action) ?? true)
          : action === 'pull' && (rules.anonymousPull?.(repository) ?? false);
        if (allowed) scopes.add(`${repository}:${action}`);
      }
    }
    const token = randomBytes(24).toString('base64url');
    const life = rules.tokenLife ?? 300;
    this.#tokens.set(token, { scopes, expiresAt: Date.now() + life * 1000 });
    this.tokensIssued += 1;
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ token, expires_in: life, issued_at: new Date().toISOString() }));
  }

  #account(header: string): Account | undefined {
    const pair = Buffer.from(/^Basic (.+)$/.exec(header)?.[1] ?? '', 'base64').toString();
    const colon = pair.indexOf(':');
    if (this.#rules.kind === 'none' || colon < 0) return undefined;
    const account = this.#rules.accounts[pair.slice(0, colon)];
    return account?.password === pair.slice(colon + 1) ? account : undefined;
  }
}

function scopeParameter(rights: readonly Right[]): string {
  if (rights.length === 0) return '';
  const actions = new Map<string, string[]>();
  for (const { repository, action } of rights) actions.set(repository, [...(actions.get(repository) ?? []), action]);
  const scopes = [...actions].map(([repository, list]) => `repository:${repository}:${list.join(',')}`);
  return `,scope="${scopes.join(' ')}"`;
}
