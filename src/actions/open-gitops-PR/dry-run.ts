import { counted } from '../../core/counted.ts';
import { newMemory } from './delivery/attempt-memory.ts';
import { retryOnConflict } from './delivery/attempts.ts';
import { type AttemptPlan, planAttempt, planForBase } from './delivery/plan-attempt.ts';
import type { BaseCommitPlan, ProposalPlan, PullRequestPlan } from './plan.ts';
import { logChange } from './report/log.ts';
import type { DeliveryResult } from './report/result.ts';

/** Plans one attempt and reports what it would do. Nothing is written. */
export async function dryRun(plan: PullRequestPlan): Promise<DeliveryResult> {
  const { report, branch } = plan.session;
  report.set({ branch });
  const outcome = plan.kind === 'commit' ? await announceCommit(plan) : await announcePullRequest(plan);
  const { desired, pull } = outcome;
  report.set({ merged: pull?.merged || desired.edits.length === 0, mergeCommitSha: pull?.mergeCommit });
  return { operation: 'none', ...outcome, wording: plan.wording(desired), dryRun: true };
}

type Outcome = Pick<DeliveryResult, 'desired' | 'pull' | 'head'>;

async function announceCommit(plan: BaseCommitPlan): Promise<Outcome> {
  const { session, bumps } = plan;
  const { desired } = await retryOnConflict(session, () => planForBase(plan));
  if (desired.edits.length > 0) {
    logChange(session, desired, bumps);
    session.log.info(`  Would commit ${counted(desired.edits.length, 'file')} to ${session.base}`);
  }
  return { desired, pull: undefined, head: undefined };
}

async function announcePullRequest(plan: ProposalPlan): Promise<Outcome> {
  const { log, report, base, branch } = plan.session;
  const memory = newMemory(plan);
  const attempt = await retryOnConflict(plan.session, () => planAttempt(plan, memory));
  const [pull, head] = expected(attempt);
  report.set({ headSha: head, number: pull?.number, url: pull?.url });
  if (attempt.kind === 'propose') {
    log.info(attempt.commit.kind === 'none' ? `  ${branch} has the change already` : `  Would commit to ${branch}`);
    log.info(pull ? `  Would update #${pull.number} if it differs` : '  Would open a pull request');
  } else {
    if (attempt.warning !== undefined) log.warning(attempt.warning);
    if (attempt.close) log.info(`  Would close #${attempt.close.pull.number}: ${base} has the change already`);
  }
  return { desired: attempt.desired, pull, head };
}

/** The pull request and the head that an attempt is about. */
function expected(attempt: AttemptPlan) {
  if (attempt.kind === 'propose') return [attempt.open, attempt.head] as const;
  return attempt.close
    ? ([attempt.close.pull, attempt.close.pull.head] as const)
    : ([attempt.pull, attempt.head] as const);
}
