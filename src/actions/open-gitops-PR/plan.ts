import type { Env } from '../../core/inputs.ts';
import { repositoryUrl } from '../../core/workflow-run.ts';
import type { Context } from '../../entry/context.ts';
import { commitUrl } from '../../github/pages.ts';
import type { ImageReference } from '../../image/reference.ts';
import type { FileChange } from '../../manifest/changes/file-change.ts';
import type { HeadApproval } from './approval/approved-heads.ts';
import type { ForeignCommitPolicy } from './branch/plan-commit.ts';
import { reapplyBumps } from './change/bumped-manifests.ts';
import type { ChangeSource, DesiredState } from './change/desired-state.ts';
import { findMergedChange, type MergedChange, revertChange } from './change/revert.ts';
import { changedFiles } from './checkout/changed-files.ts';
import type { contract } from './contract.ts';
import type { PullRequestInputs } from './inputs.ts';
import type { MergeOptions } from './pull/merge-options.ts';
import type { PullRequestOptions } from './pull/pull-request.ts';
import { logRoute } from './report/log.ts';
import { openSession } from './session/open-session.ts';
import type { GitOpsSession } from './session/session.ts';
import { type SourceCommit, type Wording, wordingOf } from './wording/wording.ts';

/** What this run will do. What base, branch and pull request need for it is planned later, anew by each attempt. */
export type PullRequestPlan = ProposalPlan | BaseCommitPlan;

interface DeliveryPlan {
  readonly session: GitOpsSession;
  readonly source: ChangeSource;
  /** The changes of bump-manifest-tag, if they are the source; else empty. */
  readonly bumps: readonly FileChange[];
  readonly wording: (desired: DesiredState) => Wording;
  readonly dryRun: boolean;
}

/** A pull request proposes the change. */
export interface ProposalPlan extends DeliveryPlan {
  readonly kind: 'pull-request';
  readonly pullRequest: PullRequestOptions;
  readonly merge: MergeOptions;
  readonly approval: HeadApproval;
  readonly onForeignCommits: ForeignCommitPolicy;
  /**
   * If there are no changes: the outputs name a merged pull request that introduced one of these images, or the newest one if the list is
   * empty.
   */
  readonly imagesInBase: readonly ImageReference[] | undefined;
}

/** The change is committed straight onto the base. */
export interface BaseCommitPlan extends DeliveryPlan {
  readonly kind: 'commit';
}

/** Connects to GitHub, and finds out where the change comes from. Only reads. */
export async function planPullRequest({ inputs, ...runtime }: Context<typeof contract>): Promise<PullRequestPlan> {
  const session = await openSession(inputs, runtime);
  logRoute(session);
  const { application, environment, changes, title, body, commitMessage, revert, dryRun } = inputs;
  const reverted =
    revert === undefined ? undefined : await findMergedChange(session.github, session.repository, revert);
  const source = changeSource(inputs, session, reverted);
  const commit = sourceCommit(session.env);
  const wording = ({ edits }: DesiredState) =>
    wordingOf({ application, environment, changes, title, body, commitMessage, edits, reverted, source: commit });
  const delivery: DeliveryPlan = { session, source, bumps: changes ?? [], wording, dryRun };
  if (inputs.mode === 'commit') return { kind: 'commit', ...delivery };
  const { draft, labels, assignees, reviewers, teamReviewers: teams, onForeignCommits } = inputs;
  const { merge, mergeMethod: method, wait, timeout } = inputs;
  return {
    kind: 'pull-request',
    ...delivery,
    pullRequest: { draft, labels, assignees, reviewers, teams },
    merge: { by: merge, method, wait: wait === 'merged', timeout },
    approval: headApproval(inputs),
    onForeignCommits,
    imagesInBase: changes?.length === 0 ? inputs.image : undefined,
  };
}

/** Whoever says which changes were approved also needs the approval of a head. */
function headApproval({ approvedHead, approvedChanges }: PullRequestInputs): HeadApproval {
  if (approvedHead !== undefined) return { kind: 'approved', head: approvedHead };
  return { kind: approvedChanges === undefined ? 'not-required' : 'missing' };
}

function changeSource(
  { path, addPaths, changes = [] }: PullRequestInputs,
  { github, repository, base, cwd }: GitOpsSession,
  reverted: MergedChange | undefined,
): ChangeSource {
  if (reverted) return revertChange(github, repository, reverted, base);
  if (path === undefined) return reapplyBumps(changes, base);
  return changedFiles(github, repository, { path, addPaths }, cwd);
}

/** The commit that the workflow runs for. */
function sourceCommit(env: Env): SourceCommit | undefined {
  const { GITHUB_REPOSITORY: repository, GITHUB_SHA: sha } = env;
  const url = repositoryUrl(env);
  return url && sha ? { name: `${repository}@${sha.slice(0, 8)}`, url: commitUrl(url, sha) } : undefined;
}
