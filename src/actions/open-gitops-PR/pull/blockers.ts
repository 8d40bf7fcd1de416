import { ActionError } from '../../../core/error.ts';
import { listChecks } from '../../../github/pull-requests/merge.ts';
import { listReviews, type PullRequest } from '../../../github/pull-requests/pull-requests.ts';
import type { GitOpsSession } from '../session.ts';

/** What a pull request waits for, to stand after "waits for": reviews, checks, people. */
export async function describeBlockers(session: GitOpsSession, pull: PullRequest): Promise<string> {
  if (pull.draft) return 'its author to mark it as ready (it is a draft)';
  if (pull.mergeability === 'unknown') return 'GitHub to work out whether it can be merged';
  const waits = [...(await checkBlockers(session, pull)), ...(await reviewBlockers(session, pull))];
  if (waits.length > 0) return waits.join(', and ');
  return pull.mergeability === 'blocked' ? 'an approval or a rule of the repository' : 'someone to merge it';
}

/** Nothing is merged that a person has closed. */
export function pullClosed(pull: PullRequest): ActionError {
  return new ActionError({
    code: 'pull-request-closed',
    message: `#${pull.number} was closed without being merged.`,
    remedy: `Someone decided against it: ask on ${pull.url}, then run again to open a new one.`,
  });
}

async function checkBlockers({ github, repository }: GitOpsSession, pull: PullRequest): Promise<string[]> {
  const checks = (await listChecks(github, repository, pull.head)) ?? [];
  const named = (state: string) => checks.filter((check) => check.state === state).map(({ name }) => name);
  const [failed, pending] = [named('failed'), named('pending')];
  return [
    ...(failed.length > 0 ? [`failed checks to be repaired (${failed.join(', ')})`] : []),
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
    ...(against.length > 0 ? [`${against.join(', ')}, who asked for changes`] : []),
    ...(asked.length > 0 && pull.mergeability === 'blocked' ? [`a review by ${asked.join(' or ')}`] : []),
  ];
}
