import type { Surroundings } from '../../entry/context.ts';
import { GitHub } from '../../github/client.ts';
import { endpointsOf } from '../../github/endpoints.ts';
import type { RepositoryName } from '../../github/repository.ts';
import type { AnswerTo } from '../../github/routes.ts';
import type { CommitRelation } from '../../kubernetes/rollout/expected-revision.ts';

const COMPARE = 'GET /repos/{owner}/{repo}/compare/{basehead}';

/** GitHub's words for how `head` stands to `base`. */
const RELATIONS: Readonly<Record<NonNullable<AnswerTo<typeof COMPARE>['status']>, CommitRelation>> = {
  identical: 'same',
  ahead: 'newer',
  behind: 'older',
  diverged: 'unrelated',
};

interface Comparison {
  readonly repository: RepositoryName;
  readonly token: string;
  readonly base: string;
  readonly head: string;
}

/** Asks GitHub how `head` stands to `base`; `unknown` where the repository has not both. */
export async function compareCommits(
  { repository: { owner, name }, token, base, head }: Comparison,
  surroundings: Surroundings,
): Promise<CommitRelation> {
  const github = await GitHub.connect({
    ...surroundings,
    endpoints: endpointsOf(surroundings.env),
    token: async () => token,
  });
  const basehead = `${base}...${head}`;
  const found = await github.find(COMPARE, { owner, repo: name, basehead, per_page: 1 }, 'contents: read');
  return found?.status === undefined ? 'unknown' : (RELATIONS[found.status] ?? 'unknown');
}
