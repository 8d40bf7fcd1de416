import type { Env } from './inputs.ts';

/** The page of the repository that the workflow runs for; `undefined` outside a runner. */
export function repositoryUrl(env: Env): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = env;
  return server && repository ? `${server}/${repository}` : undefined;
}

/** The page of this workflow run; `undefined` outside a runner. */
export function runUrl(env: Env): string | undefined {
  const repository = repositoryUrl(env);
  const run = env['GITHUB_RUN_ID'];
  return repository && run ? `${repository}/actions/runs/${run}` : undefined;
}
