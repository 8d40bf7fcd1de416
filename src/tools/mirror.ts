import { type InputType, InvalidInput } from '../core/input-types.ts';
import { trimEndOf } from '../core/trim-end.ts';

/**
 * The URL of a mirror of GitHub's releases, without a trailing slash. Plain HTTP is allowed: the SHA-256 of each download is checked, and
 * no secrets are sent.
 */
export const mirrorUrl: InputType<string> = {
  expects: 'an https or http URL without credentials, query or fragment',
  parse(value) {
    const url = URL.canParse(value) ? new URL(value) : undefined;
    if (url === undefined || !['https:', 'http:'].includes(url.protocol))
      throw new InvalidInput(/^[\w.-]+(:\d+)?(\/|$)/.test(value) ? `Did you mean "https://${value}"?` : '');
    if (url.username !== '' || url.password !== '') throw new InvalidInput("A mirror can't have credentials.");
    if (url.search !== '' || url.hash !== '')
      throw new InvalidInput("The path of the file is appended to the URL, so it can't have a query or fragment.");
    return trimEndOf(url.href, '/');
  },
};
