import { code, escapeMarkdown, link } from '../../../core/markdown.ts';
import { commitUrl, fileUrl } from '../../../github/pages.ts';
import type { PullRequest } from '../../../github/pull-requests/pull-requests.ts';
import type { DesiredState } from '../change/desired-state.ts';
import type { OperationName } from '../operations.ts';
import type { GitOpsSession } from '../session.ts';
import type { Wording } from '../wording/wording.ts';

export interface DeliveryResult {
  readonly operation: OperationName | 'committed';
  readonly desired: DesiredState;
  readonly wording: Wording;
  readonly pull: PullRequest | undefined;
  /** The commit at the head of the branch, or the one straight on the base. */
  readonly head: string | undefined;
  readonly dryRun: boolean;
}

/** What a reviewer decides from: what changes from what to what, where, and whose turn it is. */
export function deliverySummary(session: GitOpsSession, result: DeliveryResult): string {
  const { repository, base, branch } = session;
  const { pull, desired, wording, head, operation } = result;
  const at = result.dryRun || head === undefined ? base : head;
  const where = link(code(repository.fullName), repository.url);
  const named = pull
    ? `${link(`#${pull.number}`, pull.url)} ${escapeMarkdown(pull.title)}`
    : escapeMarkdown(wording.title);
  const lines = [
    `### open-gitops-PR: ${result.dryRun ? 'dry run' : describeState(result, base)}`,
    desired.edits.length > 0 || pull ? `${named} in ${where}, ${code(branch)} → ${code(base)}` : where,
    desired.edits.length > 0
      ? wording.table((path, line) => fileUrl(repository.url, at, path, line))
      : `${code(base)} has all of it: nothing changes.`,
    describeNextStep(result),
    operation === 'committed' && head ? `Commit ${link(code(head.slice(0, 8)), commitUrl(repository.url, head))}` : '',
    pull?.mergeCommit
      ? `Merged by ${link(code(pull.mergeCommit.slice(0, 8)), commitUrl(repository.url, pull.mergeCommit))}`
      : '',
  ];
  return lines.filter((line) => line !== '').join('\n\n');
}

/** How it stands now, in a few words. */
export function describeState({ pull, operation }: DeliveryResult, base: string): string {
  if (operation === 'committed') return 'committed';
  if (operation === 'closed') return 'closed, as the base has the change';
  if (pull?.merged) return 'merged';
  if (!pull) return `nothing to do on ${base}`;
  return { created: 'opened', updated: 'updated', none: 'unchanged' }[operation];
}

/** Whom an open pull request waits for, in a sentence; empty for any other. */
export function describeNextStep({ pull }: DeliveryResult): string {
  if (!pull?.open) return '';
  const asked = [...pull.reviewers.map((login) => `\`@${login}\``), ...pull.teams.map((team) => `team \`${team}\``)];
  const review = asked.length > 0 ? `Waits for a review by ${asked.join(', ')}.` : 'Waits for a review and a merge.';
  return pull.autoMerge ? `${review} GitHub merges it by itself then.` : review;
}
