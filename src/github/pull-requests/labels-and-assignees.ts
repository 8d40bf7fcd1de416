import type { GitHub } from '../api/client.ts';
import { GitHubRefusal } from '../api/error.ts';
import type { GitHubRepository } from '../repository/repository.ts';
import { loginsIn } from './pull-requests.ts';

export async function addLabels(
  github: GitHub,
  repository: GitHubRepository,
  number: number,
  labels: readonly string[],
) {
  await github.send(
    'POST /repos/{owner}/{repo}/issues/{issue_number}/labels',
    { ...repository.routeParams, issue_number: number, labels: [...labels] },
    'pull-requests: write',
  );
}

/** Whether GitHub would assign a person. If the token isn't allowed to know, the answer is true: only trying will show. */
export async function isAssignable(github: GitHub, repository: GitHubRepository, login: string): Promise<boolean> {
  try {
    return await github.exists(
      'GET /repos/{owner}/{repo}/assignees/{assignee}',
      { ...repository.routeParams, assignee: login },
      'pull-requests: read',
    );
  } catch (thrown) {
    if (thrown instanceof GitHubRefusal && thrown.status === 403) return true;
    throw thrown;
  }
}

/** Returns the logins that are assigned now. GitHub silently ignores people who can't be assigned. */
export async function addAssignees(
  github: GitHub,
  repository: GitHubRepository,
  number: number,
  assignees: readonly string[],
): Promise<string[]> {
  const issue = await github.send(
    'POST /repos/{owner}/{repo}/issues/{issue_number}/assignees',
    { ...repository.routeParams, issue_number: number, assignees: [...assignees] },
    'pull-requests: write',
  );
  return loginsIn(issue.assignees);
}
