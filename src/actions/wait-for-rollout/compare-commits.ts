import type { Surroundings } from '../../entry/context.ts';
import { GitHub } from '../../github/client.ts';
import { endpointsOf } from '../../github/endpoints.ts';
import type { RepositoryName } from '../../github/repository.ts';
import { stringAt } from '../../json/json.ts';
import type { Relation } from '../../kubernetes/rollout/expected-revision.ts';

/** GitHub's words for how `head` stands to `base` (REST: "Compare two commits"). */
const RELATIONS: Readonly<Record<string, Relation>> = {
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
): Promise<Relation> {
  const github = await GitHub.connect({
    ...surroundings,
    endpoints: endpointsOf(surroundings.env),
    token: async () => token,
  });
  const path = `/repos/${owner}/${name}/compare/${base}...${head}?per_page=1`;
  return RELATIONS[stringAt(await github.find(path, 'contents: read'), 'status') ?? ''] ?? 'unknown';
}
