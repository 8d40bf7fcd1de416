import type { Env } from '../../core/inputs.ts';
import { trimEndOf } from '../../core/trim-end.ts';

/** The URLs of github.com or of an Enterprise Server, without a slash at the end. */
export interface GitHubEndpoints {
  readonly api: string;
  readonly graphql: string;
  /** The web pages. */
  readonly server: string;
}

/**
 * Reads the URLs that the runner sets (`GITHUB_API_URL` and others). @actions/github's `context` is not used: it reads the environment of
 * the process when the package is loaded, and takes an empty variable for a URL.
 */
export function endpointsOf(env: Env): GitHubEndpoints {
  const url = (name: string, fallback: string) => trimEndOf(env[name] || fallback, '/');
  return {
    api: url('GITHUB_API_URL', 'https://api.github.com'),
    graphql: url('GITHUB_GRAPHQL_URL', 'https://api.github.com/graphql'),
    server: url('GITHUB_SERVER_URL', 'https://github.com'),
  };
}
