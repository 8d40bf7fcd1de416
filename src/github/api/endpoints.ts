import { ActionError } from '../../core/error.ts';
import type { Env } from '../../core/inputs.ts';
import { trimEndOf } from '../../core/trim-end.ts';
import { httpUrl } from '../../http/url.ts';

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
 * @throws ActionError `github-address-invalid`.
 */
export function endpointsOf(env: Env): GitHubEndpoints {
  const url = (name: string, fallback: string) => {
    const given = (env[name] || fallback).trim();
    if (httpUrl(given)) return trimEndOf(given, '/');
    throw new ActionError({
      code: 'github-address-invalid',
      message: `The environment variable ${name} is "${given}", which is not an http or https URL.`,
      remedy: 'The runner sets it: remove what overwrites it in the workflow, or in the configuration of the runner.',
    });
  };
  return {
    api: url('GITHUB_API_URL', 'https://api.github.com'),
    graphql: url('GITHUB_GRAPHQL_URL', 'https://api.github.com/graphql'),
    server: url('GITHUB_SERVER_URL', 'https://github.com'),
  };
}
