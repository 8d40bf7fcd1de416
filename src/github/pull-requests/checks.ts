import type { GitHub } from '../api/client.ts';
import { GitHubRefusal } from '../api/error.ts';
import type { ResponseTo } from '../api/routes.ts';
import type { GitHubRepository } from '../repository/repository.ts';

export interface Check {
  readonly name: string;
  readonly state: 'pending' | 'succeeded' | 'failed';
}

const CHECK_RUNS = 'GET /repos/{owner}/{repo}/commits/{ref}/check-runs';

/** The check runs of a commit; `undefined` if the token isn't allowed to see them. */
export async function listChecks(
  github: GitHub,
  repository: GitHubRepository,
  commit: string,
): Promise<Check[] | undefined> {
  try {
    const parameters = { ...repository.routeParams, ref: commit };
    const runs = await github.list(CHECK_RUNS, parameters, 'checks: read', (page) => page.check_runs);
    return runs.map(({ name, conclusion }) => ({ name: name ?? '', state: stateOf(conclusion) }));
  } catch (thrown) {
    if (thrown instanceof GitHubRefusal && (thrown.status === 403 || thrown.status === 404)) return undefined;
    throw thrown;
  }
}

type CheckRun = NonNullable<ResponseTo<typeof CHECK_RUNS>['check_runs']>[number];

function stateOf(conclusion: CheckRun['conclusion']): Check['state'] {
  if (conclusion === undefined || conclusion === null) return 'pending';
  return ['success', 'neutral', 'skipped'].includes(conclusion) ? 'succeeded' : 'failed';
}
