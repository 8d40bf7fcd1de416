import { code, escapeMarkdown, link } from '../../../core/markdown.ts';
import { commitUrl, fileUrl } from '../../../github/pages.ts';
import type { GitOpsSession } from '../session/session.ts';
import type { DeliveryResult } from './result.ts';

/** The job summary, for a reviewer to decide from: what changes, where, and who acts next. */
export function deliverySummary(session: GitOpsSession, result: DeliveryResult): string {
  const { repository, base, branch } = session;
  const { pull, desired, wording, head, operation } = result;
  const changes = desired.edits.length > 0;
  const filesAt = result.dryRun || head === undefined ? base : head;
  const repositoryLink = link(code(repository.fullName), repository.url);
  const title = pull
    ? `${link(`#${pull.number}`, pull.url)} ${escapeMarkdown(pull.title)}`
    : escapeMarkdown(wording.title);
  const commitLink = (commit: string) => link(code(commit.slice(0, 8)), commitUrl(repository.url, commit));
  const lines = [
    `### open-gitops-PR: ${result.dryRun ? 'dry run' : describeState(result, base)}`,
    changes || pull ? `${title} in ${repositoryLink}, ${code(branch)} → ${code(base)}` : repositoryLink,
    changes
      ? wording.table((path, line) => fileUrl(repository.url, filesAt, path, line))
      : `${code(base)} has the change already: nothing is changed.`,
    describeNextStep(result),
    operation === 'committed' && head ? `Commit ${commitLink(head)}` : '',
    pull?.mergeCommit ? `Merged by ${commitLink(pull.mergeCommit)}` : '',
  ];
  return lines.filter((line) => line !== '').join('\n\n');
}

/** The state of the delivery, in a few words. */
export function describeState({ pull, operation }: DeliveryResult, base: string): string {
  if (operation === 'committed') return 'committed';
  if (operation === 'closed') return 'closed, as the base has the change already';
  if (pull?.merged) return 'merged';
  if (!pull) return `nothing to do on ${base}`;
  return { created: 'opened', updated: 'updated', none: 'unchanged' }[operation];
}

/** Whom an open pull request waits for, as a sentence; empty for any other. */
export function describeNextStep({ pull }: DeliveryResult): string {
  if (!pull?.open) return '';
  const asked = [...pull.reviewers.map((login) => `\`@${login}\``), ...pull.teams.map((team) => `team \`${team}\``)];
  const review = asked.length > 0 ? `Waits for a review by ${asked.join(', ')}.` : 'Waits for a review and a merge.';
  return pull.autoMerge ? `${review} GitHub then merges it automatically.` : review;
}
