import { listChecks } from '../../../github/pull-requests/checks.ts';
import type { PullRequest } from '../../../github/pull-requests/pull-requests.ts';
import { listReviews } from '../../../github/pull-requests/reviews.ts';
import type { GitOpsSession } from '../session/session.ts';

/** What blocks the merge of a pull request (reviews, checks, people), to be put after "waits for". */
export async function describeBlockers(session: GitOpsSession, pull: PullRequest): Promise<string> {
  if (pull.draft) return 'its author to mark it as ready (it is a draft)';
  if (pull.mergeability === 'unknown') return 'GitHub to find out whether it can be merged';
  const blockers = [...(await checkBlockers(session, pull)), ...(await reviewBlockers(session, pull))];
  if (blockers.length > 0) return blockers.join(', and ');
  return pull.mergeability === 'blocked' ? 'an approval or a rule of the repository' : 'someone to merge it';
}

async function checkBlockers({ github, repository }: GitOpsSession, pull: PullRequest): Promise<string[]> {
  const checks = (await listChecks(github, repository, pull.head)) ?? [];
  const namesOf = (state: string) => checks.filter((check) => check.state === state).map(({ name }) => name);
  const [failed, pending] = [namesOf('failed'), namesOf('pending')];
  return [
    ...(failed.length > 0 ? [`failed checks to be fixed (${failed.join(', ')})`] : []),
    ...(pending.length > 0 ? [`checks (${pending.join(', ')})`] : []),
  ];
}

async function reviewBlockers({ github, repository }: GitOpsSession, pull: PullRequest): Promise<string[]> {
  const latest = new Map<string, string>();
  for (const { login, state } of await listReviews(github, repository, pull.number))
    if (state !== 'COMMENTED') latest.set(login, state);
  const against = [...latest].filter(([, state]) => state === 'CHANGES_REQUESTED').map(([login]) => `@${login}`);
  const asked = [...pull.reviewers.map((login) => `@${login}`), ...pull.teams.map((team) => `team ${team}`)];
  return [
    ...(against.length > 0 ? [`${against.join(', ')}, who requested changes`] : []),
    ...(asked.length > 0 && pull.mergeability === 'blocked' ? [`a review by ${asked.join(' or ')}`] : []),
  ];
}
