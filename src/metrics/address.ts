import { type Kind, Misfit } from '../core/kinds.ts';

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
