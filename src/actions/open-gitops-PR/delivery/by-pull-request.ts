import { ActionError } from '../../../core/error.ts';
import { GitHubConflict } from '../../../github/api/error.ts';
import { enableAutoMerge, mergePullRequest } from '../../../github/pull-requests/merge.ts';
import { type PullRequest, readPullRequest } from '../../../github/pull-requests/pull-requests.ts';
import { requireApprovedMerge } from '../approval/require-approved.ts';
import type { DesiredState } from '../change/desired-state.ts';
import { operationOf } from '../operations.ts';
import { pullClosed } from '../pull/blockers.ts';
import { MergeWait } from '../pull/merge-wait.ts';
import { type DeliveryResult, deliverySummary } from '../report/summary.ts';
import { type GitOpsSession, inAttempts } from '../session.ts';
import { type DeliveryTask, type Reconciled, reconcile } from './reconcile.ts';

/** How long GitHub may take to work out whether a pull request can be merged, in ms. */
const UNKNOWN_FOR = 60_000;

/** Brings the change in by a pull request: branch and pull request first, then the merge, as far as the inputs ask. */
export async function deliverByPullRequest(session: GitOpsSession, task: DeliveryTask): Promise<DeliveryResult> {
  const { report, inputs, branch } = session;
  report.set({ branch });
  const waiting = new MergeWait(session);
  let wanted: DesiredState | undefined;
  let known: Reconciled | undefined;
  const resultOf = (settled: Reconciled, pull: PullRequest | undefined): DeliveryResult => {
    const desired = wanted ?? settled.desired;
    const wording = task.wording(desired);
    return {
      operation: operationOf(task.operations),
      desired,
      wording,
      pull,
      head: settled.head,
      dryRun: inputs.dryRun,
    };
  };
  try {
    const { settled, pull } = await inAttempts(session, async (anew) => {
      const settled = await reconcile(session, task);
      known = settled;
      // What is being merged has no difference from the base any more once an answer was lost: the first look counts.
      if (!wanted || settled.desired.edits.length > 0) wanted = settled.desired;
      const { head: headSha, pull: found } = settled;
      report.set({ operation: operationOf(task.operations), headSha, number: found?.number, url: found?.url });
      return { settled, pull: await mergeOrWait(session, settled, task, { waiting, anew }) };
    });
    report.set({ merged: pull?.merged || settled.desired.edits.length === 0, mergeCommitSha: pull?.mergeCommit });
    return resultOf(settled, pull);
  } catch (thrown) {
    // The pull request that stands is where a person goes on.
    if (known?.pull) report.section(deliverySummary(session, resultOf(known, known.pull)));
    throw thrown;
  }
}

/**
 * Merges or waits, as the inputs ask, and answers the pull request as it is then.
 * @throws GitHubConflict when base or branch moved so that they must be settled anew.
 */
async function mergeOrWait(
  session: GitOpsSession,
  settled: Reconciled,
  task: DeliveryTask,
  { waiting, anew }: { readonly waiting: MergeWait; readonly anew: () => void },
): Promise<PullRequest | undefined> {
  const { inputs, github, repository } = session;
  const asked = inputs.merge !== 'none' || inputs.wait !== 'none';
  // What is left open where the base has the change already brings something else.
  const needed = settled.desired.edits.length > 0;
  if (!settled.pull?.open || inputs.dryRun || !asked || !needed) return settled.pull;
  let { merge } = inputs;
  for (;;) {
    const pull = await readPullRequest(github, repository, settled.pull.number);
    if (pull.merged) {
      if (pull.base !== session.base) throw mergedElsewhere(pull, session.base);
      requireApprovedMerge(pull, task.approval);
      return pull;
    }
    if (!pull.open) throw pullClosed(pull);
    if (pull.base !== session.base) throw new GitHubConflict(`#${pull.number} was to be merged into ${session.base}`);
    requireReconciled(pull, settled, task);
    if (merge === 'auto' && pull.mergeability !== 'unknown') {
      const outcome = await enableAutoMerge(github, pull, inputs.mergeMethod);
      if (outcome.kind === 'moved') throw new GitHubConflict(`Branch ${pull.branch} was to be merged`);
      if (outcome.kind === 'enabled') {
        session.log.info(`▸ GitHub merges #${pull.number} (${inputs.mergeMethod}) once reviews and checks allow it`);
        if (inputs.wait === 'none') return readPullRequest(github, repository, pull.number);
      }
      merge = outcome.kind === 'enabled' ? 'none' : 'direct';
    }
    let refusal: string | undefined;
    if (merge === 'direct' && mayBeMerged(session, pull, waiting)) {
      const outcome = await mergePullRequest(github, repository, pull, inputs.mergeMethod);
      if (outcome.kind === 'merged') return { ...pull, open: false, merged: true, mergeCommit: outcome.commit };
      if (outcome.kind === 'moved') throw new GitHubConflict(`${pull.branch} was to be merged into ${pull.base}`);
      if (inputs.wait === 'none') throw blocked(pull, outcome.reason);
      refusal = outcome.reason;
    }
    await waiting.pause(pull, refusal);
    anew();
  }
}

/** Only what was settled is merged: commits and bases that came later are looked at first. */
function requireReconciled(pull: PullRequest, settled: Reconciled, task: DeliveryTask): void {
  if (pull.head !== settled.head) throw new GitHubConflict(`Branch ${pull.branch} was to be merged`);
  if (pull.mergeability !== 'dirty' && pull.mergeability !== 'behind') return;
  if (settled.foreign)
    throw new ActionError({
      code: 'merge-conflict',
      message: `#${pull.number} can't be merged into ${pull.base} as it stands, and ${pull.branch} has commits of others.`,
      remedy: `Bring ${pull.base} into the branch by hand, or set \`on-foreign-commits: replace\` to drop those commits.`,
    });
  task.mustBeUpToDate = true;
  throw new GitHubConflict(`${pull.base} moved on under #${pull.number}`);
}

function mayBeMerged({ inputs }: GitOpsSession, pull: PullRequest, waiting: MergeWait): boolean {
  if (['clean', 'unstable', 'has_hooks'].includes(pull.mergeability)) return true;
  // Not waiting: GitHub's refusal says best what is in the way.
  if (pull.mergeability === 'unknown') return waiting.elapsed > UNKNOWN_FOR;
  return inputs.wait === 'none';
}

function mergedElsewhere(pull: PullRequest, base: string): ActionError {
  return new ActionError({
    code: 'merged-elsewhere',
    message: `#${pull.number} was merged into ${pull.base}, not into ${base}.`,
    remedy: `Someone changed its base: ask on ${pull.url}, then run again to open a new one.`,
  });
}

function blocked(pull: PullRequest, reason: string): ActionError {
  return new ActionError({
    code: 'merge-blocked',
    message: `GitHub does not merge #${pull.number} yet: ${reason}`,
    remedy: 'Set `wait: merged` to wait until reviews and checks allow it, or `merge: auto` to leave it to GitHub.',
  });
}
