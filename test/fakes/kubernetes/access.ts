import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { ServedType } from './model.ts';
import { type Attributes, forbidden, Refusal, unauthorized } from './status.ts';

/** The requests that a rule matches. A missing attribute matches all values. */
export type Rule = Partial<Attributes>;

const ANONYMOUS = 'system:anonymous';
/** The paths that `system:public-info-viewer` opens to everybody. */
const PUBLIC = ['/version', '/readyz', '/livez', '/healthz'];

/** Authenticates and authorizes requests. */
export class Access {
  /** The valid tokens; undefined: no login is required. */
  tokens: readonly string[] | undefined;
  readonly #rules: { readonly rule: Rule; readonly allowed: boolean }[] = [];

  constructor(token: string | undefined) {
    this.tokens = token === undefined ? undefined : [token];
  }

  /** Allows matching requests. If several rules match, the last one decides; if none matches, the request is allowed. */
  grant(rule: Rule): void {
    this.#rules.push({ rule, allowed: true });
  }

  deny(rule: Rule): void {
    this.#rules.push({ rule, allowed: false });
  }

  /** The user of a request. @throws Refusal 401 for an invalid token. */
  userOf(request: IncomingMessage): string {
    const user = this.#authenticated(request);
    const impersonated = request.headers['impersonate-user'];
    return typeof impersonated === 'string' ? impersonated : user;
  }

  #authenticated(request: IncomingMessage): string {
    const { authorization } = request.headers;
    if (authorization !== undefined && this.tokens !== undefined) {
      if (!this.tokens.some((token) => authorization === `Bearer ${token}`)) throw unauthorized();
      return 'system:serviceaccount:ci:deployer';
    }
    const { socket } = request;
    const subject =
      socket instanceof TLSSocket && socket.authorized ? socket.getPeerCertificate().subject?.CN : undefined;
    if (subject !== undefined) return Array.isArray(subject) ? (subject[0] ?? '') : subject;
    return this.tokens === undefined ? 'tester' : ANONYMOUS;
  }

  allows(user: string, attributes: Attributes): boolean {
    if (user === ANONYMOUS) return false;
    return this.#rules.findLast(({ rule }) => matches(rule, attributes))?.allowed ?? true;
  }

  /** The permissions in a namespace, in the form of a SelfSubjectRulesReview. */
  rulesOf(user: string, namespace: string, types: readonly ServedType[]): readonly object[] {
    if (user !== ANONYMOUS && this.#rules.length === 0) return [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }];
    return types.flatMap(({ group, plural }) => {
      const allowed = (verb: string, subresource = '') =>
        this.allows(user, { verb, group, resource: plural, subresource, namespace, name: '' });
      const verbs = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'].filter((verb) => allowed(verb));
      const rule = { verbs, apiGroups: [group], resources: [plural] };
      const log = { verbs: ['get'], apiGroups: [group], resources: ['pods/log'] };
      return [rule, ...(plural === 'pods' && allowed('get', 'log') ? [log] : [])];
    });
  }

  /** @throws Refusal 403 */
  require(user: string, attributes: Attributes): void {
    if (!this.allows(user, attributes)) throw forbidden(user, attributes);
  }

  /** For paths that are not resources: discovery and health. @throws Refusal 403 */
  requirePath(user: string, path: string): void {
    if (user !== ANONYMOUS || PUBLIC.includes(path)) return;
    throw new Refusal(403, 'Forbidden', `forbidden: User "${user}" cannot get path "${path}"`);
  }
}

function matches(rule: Rule, attributes: Attributes): boolean {
  const pairs: readonly (readonly [string | undefined, string])[] = [
    [rule.verb, attributes.verb],
    [rule.group, attributes.group],
    [rule.resource, attributes.resource],
    [rule.subresource, attributes.subresource],
    [rule.namespace, attributes.namespace],
    [rule.name, attributes.name],
  ];
  return pairs.every(([wanted, actual]) => wanted === undefined || wanted === actual);
}
