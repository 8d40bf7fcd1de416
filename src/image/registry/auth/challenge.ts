/** How a registry wants requests to be authenticated (RFC 9110, section 11.6.1; distribution, "Token Authentication Specification"). */
export type Challenge = { readonly scheme: 'basic' } | BearerChallenge;

export interface BearerChallenge {
  readonly scheme: 'bearer';
  /** The URL of the token server. */
  readonly realm: string;
  readonly service: string | undefined;
  readonly error: string | undefined;
}

/** Reads `WWW-Authenticate`; `undefined` if it has neither Bearer with a realm nor Basic. */
export function parseChallenge(header: string): Challenge | undefined {
  for (const { scheme, parameters } of challengesIn(header)) {
    const realm = parameters.get('realm');
    if (scheme === 'bearer' && realm !== undefined && URL.canParse(realm))
      return { scheme, realm, service: parameters.get('service'), error: parameters.get('error') };
    if (scheme === 'basic') return { scheme };
  }
  return undefined;
}

function challengesIn(header: string) {
  const found: { scheme: string; parameters: Map<string, string> }[] = [];
  // Either `name="value"`, or a single word: the scheme of the next challenge.
  const tokens = header.matchAll(/([\w!#$%&'*+.^`|~-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+)))?/g);
  for (const [, name = '', quoted, bare] of tokens) {
    const value = quoted?.replace(/\\(.)/g, '$1') ?? bare;
    if (value === undefined) found.push({ scheme: name.toLowerCase(), parameters: new Map() });
    else found.at(-1)?.parameters.set(name.toLowerCase(), value);
  }
  return found;
}
