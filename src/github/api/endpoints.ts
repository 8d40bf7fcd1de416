import type { Env } from '../../core/inputs.ts';

/** Where GitHub is: github.com, or an Enterprise Server. No URL ends in a slash. */
export interface GitHubEndpoints {
  readonly api: string;
  readonly graphql: string;
  /** Its pages. */
  readonly server: string;
}

/**
 * As the runner tells it (`GITHUB_API_URL` and its siblings). @actions/github's `context` has it too, but of the process's environment alone,
 * fixed when the package is loaded, and with an empty variable taken for a URL.
 */
export function endpointsOf(env: Env): GitHubEndpoints {
  const url = (name: string, otherwise: string) => (env[name] || otherwise).replace(/\/+$/, '');
  return {
    api: url('GITHUB_API_URL', 'https://api.github.com'),
    graphql: url('GITHUB_GRAPHQL_URL', 'https://api.github.com/graphql'),
    server: url('GITHUB_SERVER_URL', 'https://github.com'),
  };
}
