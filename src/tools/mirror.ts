import { type Kind, Misfit } from '../core/kinds.ts';

/**
 * The URL of a mirror of GitHub's releases, without a slash at its end. Plain HTTP is what its owner asks for: the sums tell what
 * arrives, and nothing secret is sent.
 */
export const mirrorUrl: Kind<string> = {
  takes: 'an https or http URL without login, query or fragment',
  parse(value) {
    const url = URL.canParse(value) ? new URL(value) : undefined;
    if (url === undefined || !['https:', 'http:'].includes(url.protocol))
      throw new Misfit(/^[\w.-]+(:\d+)?(\/|$)/.test(value) ? `Did you mean "https://${value}"?` : '');
    if (url.username !== '' || url.password !== '') throw new Misfit('A mirror is read without a login.');
    if (url.search !== '' || url.hash !== '') throw new Misfit('The path of the file is added at its end.');
    return url.href.replace(/\/+$/, '');
  },
};
