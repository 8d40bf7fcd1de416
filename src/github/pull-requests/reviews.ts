import type { GitHub } from '../api/client.ts';
import type { GitHubRepository } from '../repository/repository.ts';

/** @throws GitHubRefusal 422 if one of them has no access to the repository, or is the author of the pull request. */
export async function requestReviews(
  github: GitHub,
  repository: GitHubRepository,
  number: number,
  who: { readonly reviewers: readonly string[]; readonly teams: readonly string[] },
): Promise<void> {
  const [reviewers, teams] = [[...who.reviewers], [...who.teams]];
  await github.send(
    'POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers',
    { ...repository.routeParams, pull_number: number, reviewers, team_reviewers: teams },
    'pull-requests: write',
  );
}

export interface Review {
  readonly login: string;
  /** `APPROVED`, `CHANGES_REQUESTED`, `COMMENTED`, `DISMISSED`, `PENDING`. */
  readonly state: string;
}

/** Every review, oldest first. */
export async function listReviews(github: GitHub, repository: GitHubRepository, number: number): Promise<Review[]> {
  const found = await github.list(
    'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews',
    { ...repository.routeParams, pull_number: number },
    'pull-requests: read',
    (page) => page,
  );
  return found.map(({ user, state }) => ({ login: user?.login ?? 'someone', state: state ?? '' }));
}
