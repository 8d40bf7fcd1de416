import { httpUrl } from '../../../http/url.ts';

/** How a registry wants requests to be authenticated (RFC 9110, section 11.6.1; distribution, "Token Authentication Specification"). */
export type Challenge = { readonly scheme: 'basic' } | BearerChallenge;

export interface BearerChallenge {
  readonly scheme: 'bearer';
  /** The address of the token server, as the registry wrote it. */
  readonly realm: string;
  readonly service: string | undefined;
  readonly error: string | undefined;
}

/**
 * Reads `WWW-Authenticate`: the first challenge that can be answered; else Bearer with a malformed realm, if there is one; `undefined` if
 * it has neither Bearer nor Basic.
 */
export function parseChallenge(header: string): Challenge | undefined {
  let malformed: BearerChallenge | undefined;
  for (const { scheme, parameters } of challengesIn(header)) {
    if (scheme === 'basic') return { scheme };
    if (scheme !== 'bearer') continue;
    const realm = parameters.get('realm') ?? '';
    const bearer = { scheme, realm, service: parameters.get('service'), error: parameters.get('error') } as const;
    if (httpUrl(realm)) return bearer;
    malformed ??= bearer;
  }
  return malformed;
}

function challengesIn(header: string) {
  const found: { scheme: string; parameters: Map<string, string> }[] = [];
  // Either `name="value"`, or a single word: the scheme of the next challenge. A quote that isn't closed ends with the header.
  const tokens = header.matchAll(/([\w!#$%&'*+.^`|~-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)(?:"|\\?$)|([^\s,"]+)))?/g);
  for (const [, name = '', quoted, bare] of tokens) {
    const value = quoted?.replace(/\\(.)/g, '$1') ?? bare;
    if (value === undefined) found.push({ scheme: name.toLowerCase(), parameters: new Map() });
    else found.at(-1)?.parameters.set(name.toLowerCase(), value);
  }
  return found;
}
