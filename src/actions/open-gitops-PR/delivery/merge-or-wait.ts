import { ActionError } from '../../../core/error.ts';
import { GitHubConflict } from '../../../github/api/error.ts';
import { enableAutoMerge, mergePullRequest } from '../../../github/pull-requests/merge.ts';
import { type PullRequest, readPullRequest } from '../../../github/pull-requests/pull-requests.ts';
import { requireApprovedMerge } from '../approval/require-approved.ts';
import type { ProposalPlan } from '../plan.ts';
import { pullRequestClosed } from '../pull/errors.ts';
import type { MergeOptions } from '../pull/merge-options.ts';
import type { MergeWait } from '../pull/merge-wait.ts';
import type { AttemptMemory } from './attempt-memory.ts';
import type { Reconciled } from './reconcile.ts';

/** How long GitHub may take to find out whether a pull request can be merged, in ms. */
const LONGEST_UNKNOWN = 60_000;

/**
 * Merges the pull request or waits for its merge, as planned, and returns its state afterwards.
 * @throws GitHubConflict if base or branch moved, so that they must be reconciled again.
 */
export async function mergeOrWait(
  { session, merge: options }: ProposalPlan,
  reconciled: Reconciled,
  memory: AttemptMemory,
  { wait, resetFailures }: { readonly wait: MergeWait; readonly resetFailures: () => void },
): Promise<PullRequest | undefined> {
  const { github, repository, base } = session;
  const { method } = options;
  const requested = options.by !== 'none' || options.wait;
  // A pull request that is still open although the base has the change proposes something else.
  const needed = reconciled.desired.edits.length > 0;
  if (!reconciled.pull?.open || !requested || !needed) return reconciled.pull;
  let merge = options.by;
  for (;;) {
    const pull = await wait.read(reconciled.pull, readPullRequest(github, repository, reconciled.pull.number));
    if (pull.merged) {
      if (pull.base !== base) throw mergedElsewhere(pull, base);
      requireApprovedMerge(pull, memory.approvedHeads);
      return pull;
    }
    if (!pull.open) throw pullRequestClosed(pull);
    if (pull.base !== base) throw new GitHubConflict(`#${pull.number} could not be merged into ${base}`);
    requireReconciled(pull, reconciled, memory);
    if (merge === 'auto' && pull.mergeability !== 'unknown') {
      const outcome = await enableAutoMerge(github, pull, method);
      if (outcome.kind === 'moved') throw new GitHubConflict(`Branch ${pull.branch} could not be merged`);
      if (outcome.kind === 'enabled') {
        session.log.info(`▸ GitHub merges #${pull.number} (${method}) once reviews and checks allow it`);
        if (!options.wait) return readPullRequest(github, repository, pull.number);
      }
      merge = outcome.kind === 'enabled' ? 'none' : 'direct';
    }
    let refusal: string | undefined;
    if (merge === 'direct' && mayTryMerge(options, pull, wait)) {
      const outcome = await mergePullRequest(github, repository, pull, method);
      if (outcome.kind === 'merged') return { ...pull, open: false, merged: true, mergeCommit: outcome.commit };
      if (outcome.kind === 'moved') throw new GitHubConflict(`${pull.branch} could not be merged into ${pull.base}`);
      if (!options.wait) throw mergeBlocked(pull, outcome.reason);
      refusal = outcome.reason;
    }
    await wait.pause(pull, refusal);
    resetFailures();
  }
}

/** Only the reconciled head is merged. Later commits and a newer base are looked at first. */
function requireReconciled(pull: PullRequest, reconciled: Reconciled, memory: AttemptMemory): void {
  if (pull.head !== reconciled.head) throw new GitHubConflict(`Branch ${pull.branch} could not be merged`);
  if (pull.mergeability !== 'dirty' && pull.mergeability !== 'behind') return;
  if (reconciled.foreign)
    throw new ActionError({
      code: 'merge-conflict',
      message: `#${pull.number} can't be merged into ${pull.base} without changes, and ${pull.branch} has commits of others.`,
      remedy: `Merge ${pull.base} into the branch by hand, or set \`on-foreign-commits: replace\` to drop those commits.`,
    });
  memory.mustBeUpToDate = true;
  throw new GitHubConflict(`${pull.base} moved while #${pull.number} was open`);
}

function mayTryMerge(options: MergeOptions, pull: PullRequest, wait: MergeWait): boolean {
  if (['clean', 'unstable', 'has_hooks'].includes(pull.mergeability)) return true;
  if (pull.mergeability === 'unknown') return wait.elapsed > LONGEST_UNKNOWN;
  // A run that doesn't wait fails with GitHub's refusal, which says best what blocks the merge.
  return !options.wait;
}

function mergedElsewhere(pull: PullRequest, base: string): ActionError {
  return new ActionError({
    code: 'merged-elsewhere',
    message: `#${pull.number} was merged into ${pull.base}, not into ${base}.`,
    remedy: `Someone changed its base: ask on ${pull.url}, then run again to open a new one.`,
  });
}

function mergeBlocked(pull: PullRequest, reason: string): ActionError {
  return new ActionError({
    code: 'merge-blocked',
    message: `GitHub does not merge #${pull.number} yet: ${reason}`,
    remedy: 'Set `wait: merged` to wait until reviews and checks allow it, or `merge: auto` to leave it to GitHub.',
  });
}
