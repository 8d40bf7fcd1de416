import { formatDuration } from '../../action/duration.ts';
import { ActionError } from '../../action/error.ts';
import { GitHubConflict } from '../../github/error.ts';
import { enableAutoMerge, mergePull } from '../../github/merge.ts';
import { type Pull, readPull } from '../../github/pulls.ts';
import { operationOf } from './deeds.ts';
import type { Desired } from './desired.ts';
import { obstaclesOf } from './obstacles.ts';
import { inAttempts, type Session } from './session.ts';
import { type Settled, settle, type Task } from './settle.ts';
import type { Result } from './summary.ts';

const FIRST_POLL = 1000;
const LONGEST_POLL = 15_000;
/** How long GitHub may take to work out whether a pull request can be merged. */
const UNKNOWN_FOR = 60_000;

interface Watch {
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly deadline: number;
}

/** Brings the change in by a pull request: branch and pull request first, then the merge, as far as the inputs ask. */
export async function bringByPull(session: Session, task: Task): Promise<Result> {
  const { report, clock, inputs, branch } = session;
  report.set({ branch });
  const watch = { since: clock.now(), deadline: clock.now() + inputs.timeout };
  let wanted: Desired | undefined;
  const { settled, pull } = await inAttempts(session, async () => {
    const settled = await settle(session, task);
    // What is being merged has no difference from the base any more once an answer was lost: the first look counts.
    if (!wanted || settled.desired.edits.length > 0) wanted = settled.desired;
    const { head: headSha, pull: found } = settled;
    report.set({ operation: operationOf(task.deeds), headSha, number: found?.number, url: found?.url });
    return { settled, pull: await deliver(session, settled, task, watch) };
  });
  report.set({ merged: pull?.merged ?? false, mergeCommitSha: pull?.mergeCommit });
  const desired = wanted ?? settled.desired;
  const wording = task.wording(desired);
  return { operation: operationOf(task.deeds), desired, wording, pull, head: settled.head, dryRun: inputs.dryRun };
}

/**
 * Merges or waits, as the inputs ask, and answers the pull request as it is then.
 * @throws GitHubConflict when base or branch moved so that they must be settled anew.
 */
async function deliver(session: Session, settled: Settled, task: Task, watch: Watch): Promise<Pull | undefined> {
  const { inputs, github, repository, clock, signal } = session;
  if (!settled.pull?.open || inputs.dryRun || (inputs.merge === 'none' && inputs.wait === 'none')) return settled.pull;
  let { merge } = inputs;
  let told = '';
  for (let interval = FIRST_POLL; ; interval = Math.min(LONGEST_POLL, interval * 1.5)) {
    const pull = await readPull(github, repository, settled.pull.number);
    if (pull.merged) return pull;
    if (!pull.open) throw closed(pull);
    demandSettled(pull, settled, task);
    if (merge === 'auto' && pull.mergeability !== 'unknown') {
      const outcome = await enableAutoMerge(github, pull, inputs.mergeMethod);
      if (outcome.kind === 'moved') throw new GitHubConflict(`Branch ${pull.branch} was to be merged`);
      if (outcome.kind === 'enabled') {
        session.log.info(`▸ GitHub merges #${pull.number} (${inputs.mergeMethod}) once reviews and checks allow it`);
        if (inputs.wait === 'none') return readPull(github, repository, pull.number);
      }
      merge = outcome.kind === 'enabled' ? 'none' : 'direct';
    }
    if (merge === 'direct' && mayBeMerged(session, pull, watch)) {
      const outcome = await mergePull(github, repository, pull, inputs.mergeMethod);
      if (outcome.kind === 'merged') return { ...pull, open: false, merged: true, mergeCommit: outcome.commit };
      if (outcome.kind === 'moved') throw new GitHubConflict(`${pull.branch} was to be merged into ${pull.base}`);
      if (inputs.wait === 'none') throw blocked(pull, outcome.reason);
    }
    told = await tellObstacles(session, pull, watch, told);
    await clock.sleep(Math.round(interval), signal);
  }
}

/** Only what was settled is merged: commits and bases that came later are looked at first. */
function demandSettled(pull: Pull, settled: Settled, task: Task): void {
  if (pull.head !== settled.head) throw new GitHubConflict(`Branch ${pull.branch} was to be merged`);
  if (pull.mergeability !== 'dirty' && pull.mergeability !== 'behind') return;
  if (settled.foreign)
    throw new ActionError({
      code: 'merge-conflict',
      message: `#${pull.number} can't be merged into ${pull.base} as it stands, and ${pull.branch} has commits of others.`,
      remedy: `Bring ${pull.base} into the branch by hand, or set \`on-foreign-commits: replace\` to drop those commits.`,
    });
  task.fresh = true;
  throw new GitHubConflict(`${pull.base} moved on under #${pull.number}`);
}

function mayBeMerged({ inputs, clock }: Session, pull: Pull, watch: Watch): boolean {
  if (['clean', 'unstable', 'has_hooks'].includes(pull.mergeability)) return true;
  // Not waiting: GitHub's refusal says best what is in the way.
  if (pull.mergeability === 'unknown') return clock.now() - watch.since > UNKNOWN_FOR;
  return inputs.wait === 'none';
}

async function tellObstacles(session: Session, pull: Pull, watch: Watch, told: string): Promise<string> {
  const { clock, log } = session;
  const now = clock.now();
  const waited = formatDuration(now - watch.since);
  if (now >= watch.deadline) throw timedOut(pull, waited, await obstaclesOf(session, pull));
  if (pull.mergeability === 'unknown') return told;
  const obstacles = await obstaclesOf(session, pull);
  if (obstacles !== told) log.info(`  ${waited}  #${pull.number} waits for ${obstacles}`);
  else log.info(`  ${waited}  still waiting`);
  return obstacles;
}

function closed(pull: Pull): ActionError {
  return new ActionError({
    code: 'pull-request-closed',
    message: `#${pull.number} was closed without being merged.`,
    remedy: `Someone decided against it: ask on ${pull.url}, then run again to open a new one.`,
  });
}

function blocked(pull: Pull, reason: string): ActionError {
  return new ActionError({
    code: 'merge-blocked',
    message: `GitHub does not merge #${pull.number} yet: ${reason}`,
    remedy: 'Set `wait: merged` to wait until reviews and checks allow it, or `merge: auto` to leave it to GitHub.',
  });
}

function timedOut(pull: Pull, waited: string, obstacles: string): ActionError {
  return new ActionError({
    code: 'merge-timeout',
    message: `#${pull.number} is not merged after ${waited}: it waits for ${obstacles}.`,
    remedy: `Review it on ${pull.url} and run this step again, or raise \`timeout\`.`,
  });
}
