import { type Kind, Misfit } from '../action/kinds.ts';

/** The base URL of a metrics server. */
export const serverAddress: Kind<URL> = {
  takes: 'the base URL of the metrics server, such as http://prometheus.monitoring:9090',
  parse(value) {
    const url = URL.canParse(value) ? new URL(value) : undefined;
    if (!url || !/^https?:$/.test(url.protocol)) {
      throw new Misfit(/^[\w.-]+(:\d+)?(\/|$)/.test(value) ? `Did you mean "http://${value}"?` : '');
    }
    if (url.username !== '' || url.password !== '')
      throw new Misfit('It holds a user name or password: give them as the input `token`, or as a line of `headers`.');
    if (url.search !== '' || url.hash !== '') throw new Misfit('It must not hold a query or a fragment.');
    if (/\/api\/v1(\/|$)/.test(url.pathname))
      throw new Misfit(`Leave the API's own path away: "${value.replace(/\/api\/v1.*$/, '')}".`);
    return url;
  },
};

/** One request header, as `Name: value`. */
export const requestHeader: Kind<readonly [name: string, value: string]> = {
  takes: 'headers such as X-Scope-OrgID: team-a',
  parse(value) {
    const match = /^([!#$%&'*+.^_`|~\w-]+)\s*:\s*([\t\x20-\x7e]*)$/.exec(value);
    const [, name, content] = match ?? [];
    if (name === undefined || content === undefined)
      throw new Misfit(value.includes(':') ? '' : 'A colon must stand between the name and the value.');
    return [name, content.trim()];
  },
};

/** Whether what stands in a header of this name is a credential. */
export function isCredential(header: string): boolean {
  return /auth|token|key|secret|cookie|password/i.test(header);
}
