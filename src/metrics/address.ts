import { type InputType, InvalidInput } from '../core/input-types.ts';

/** The base URL of a metrics server. */
export const serverAddress: InputType<URL> = {
  expects: 'the base URL of the metrics server, such as http://prometheus.monitoring:9090',
  parse(value) {
    const url = URL.canParse(value) ? new URL(value) : undefined;
    if (!url || !/^https?:$/.test(url.protocol)) {
      throw new InvalidInput(/^[\w.-]+(:\d+)?(\/|$)/.test(value) ? `Did you mean "http://${value}"?` : '');
    }
    if (url.username !== '' || url.password !== '')
      throw new InvalidInput(
        'It holds a user name or password: give them as the input `token`, or as a line of `headers`.',
      );
    if (url.search !== '' || url.hash !== '') throw new InvalidInput('It must not hold a query or a fragment.');
    if (/\/api\/v1(\/|$)/.test(url.pathname))
      throw new InvalidInput(`Leave the API's own path away: "${value.replace(/\/api\/v1.*$/, '')}".`);
    return url;
  },
};
