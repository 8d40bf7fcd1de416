import { type InputType, InvalidInput } from '../core/input-types.ts';

/**
 * The URL of a mirror of GitHub's releases, without a slash at its end. Plain HTTP is what its owner asks for: the sums tell what
 * arrives, and nothing secret is sent.
 */
export const mirrorUrl: InputType<string> = {
  expects: 'an https or http URL without login, query or fragment',
  parse(value) {
    const url = URL.canParse(value) ? new URL(value) : undefined;
    if (url === undefined || !['https:', 'http:'].includes(url.protocol))
      throw new InvalidInput(/^[\w.-]+(:\d+)?(\/|$)/.test(value) ? `Did you mean "https://${value}"?` : '');
    if (url.username !== '' || url.password !== '') throw new InvalidInput('A mirror is read without a login.');
    if (url.search !== '' || url.hash !== '') throw new InvalidInput('The path of the file is added at its end.');
    return url.href.replace(/\/+$/, '');
  },
};
