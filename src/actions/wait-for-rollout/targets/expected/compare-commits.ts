import type { Runtime } from '../../../../entry/context.ts';
import { GitHub } from '../../../../github/api/client.ts';
import { endpointsOf } from '../../../../github/api/endpoints.ts';
import type { ResponseTo } from '../../../../github/api/routes.ts';
import type { RepositoryName } from '../../../../github/repository/repository.ts';
import type { CommitRelation } from '../../../../kubernetes/rollout/expected-revision.ts';

const COMPARE = 'GET /repos/{owner}/{repo}/compare/{basehead}';

/** By GitHub's word for the position of `head` relative to `base`. */
const RELATIONS: Readonly<Record<NonNullable<ResponseTo<typeof COMPARE>['status']>, CommitRelation>> = {
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
  runtime: Runtime,
): Promise<CommitRelation> {
  const github = await GitHub.connect({
    ...runtime,
    endpoints: endpointsOf(runtime.env),
    token: async () => token,
  });
  const basehead = `${base}...${head}`;
  const comparison = await github.find(COMPARE, { owner, repo: name, basehead, per_page: 1 }, 'contents: read');
  return comparison?.status === undefined ? 'unknown' : (RELATIONS[comparison.status] ?? 'unknown');
}
