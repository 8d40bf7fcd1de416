import { ActionError } from '../core/error.ts';

/** What a header can't carry (RFC 9110, section 5.5): line breaks, other control characters, and characters beyond Latin-1. */
const FORBIDDEN = /[^\t\x20-\x7e\x80-\xff]/;

/**
 * Requires that a request can be sent with its headers. Their values come from kubeconfigs, programs and servers. The error doesn't quote
 * them, because they may be credentials.
 * @throws ActionError `header-invalid`
 */
export function requireSendable(headers: Readonly<Record<string, string>>, url: URL): void {
  const name = Object.keys(headers).find((one) => FORBIDDEN.test(headers[one] ?? ''));
  if (name === undefined) return;
  throw new ActionError({
    code: 'header-invalid',
    message: `A request to ${url.host} can't be sent, because its header \`${name}\` would contain a line break or a character that HTTP doesn't allow.`,
    remedy:
      'Look at the place where its value, such as a token or a user name, comes from: a kubeconfig, a program or a server. A token is one line of plain letters, digits and signs.',
  });
}
