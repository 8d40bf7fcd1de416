import type { Surroundings } from '../../../../entry/context.ts';
import { GitHub } from '../../../../github/client.ts';
import { endpointsOf } from '../../../../github/endpoints.ts';
import type { RepositoryName } from '../../../../github/repository.ts';
import type { AnswerTo } from '../../../../github/routes.ts';
import type { CommitRelation } from '../../../../kubernetes/rollout/expected-revision.ts';

const COMPARE = 'GET /repos/{owner}/{repo}/compare/{basehead}';

/** By GitHub's word for the position of `head` relative to `base`. */
const RELATIONS: Readonly<Record<NonNullable<AnswerTo<typeof COMPARE>['status']>, CommitRelation>> = {
  identical: 'same',
  ahead: 'newer',
  behind: 'older',
  diverged: 'unrelated',
};

interface Commits {
  readonly repository: RepositoryName;
  readonly token: string;
  readonly base: string;
  readonly head: string;
}

/** Whether `head` is newer or older than `base`; `unknown` if the repository lacks one of them. */
export async function compareOnGitHub(
  { repository: { owner, name }, token, base, head }: Commits,
  surroundings: Surroundings,
): Promise<CommitRelation> {
  const github = await GitHub.connect({
    ...surroundings,
    endpoints: endpointsOf(surroundings.env),
    token: async () => token,
  });
  const basehead = `${base}...${head}`;
  const comparison = await github.find(COMPARE, { owner, repo: name, basehead, per_page: 1 }, 'contents: read');
  return comparison?.status === undefined ? 'unknown' : (RELATIONS[comparison.status] ?? 'unknown');
}
