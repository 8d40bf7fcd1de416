import { type InputType, InvalidInput } from '../core/input-types.ts';
import { METRICS_PROVIDERS } from './providers/providers.ts';

/**
 * The base URL of a metrics server.
 * @param credentialsHint where to put a user name and password instead of in the URL
 */
export function serverAddress(credentialsHint: string): InputType<URL> {
  return {
    expects: 'the base URL of the metrics server, such as http://prometheus.monitoring:9090',
    parse(value) {
      const url = URL.canParse(value) ? new URL(value) : undefined;
      if (!url || !/^https?:$/.test(url.protocol)) {
        throw new InvalidInput(/^[\w.-]+(:\d+)?(\/|$)/.test(value) ? `Did you mean "http://${value}"?` : '');
      }
      if (url.username !== '' || url.password !== '')
        throw new InvalidInput(`Remove the user name and password from it. ${credentialsHint}`);
      if (url.search !== '' || url.hash !== '') throw new InvalidInput("It can't have a query or a fragment.");
      for (const { apiPath } of Object.values(METRICS_PROVIDERS))
        if (`${url.pathname}/`.includes(`${apiPath}/`))
          throw new InvalidInput(`Leave out the path of the API: "${value.split(apiPath)[0]}".`);
      return url;
    },
  };
}
