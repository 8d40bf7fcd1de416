import type { Env } from '../../core/inputs.ts';
import { repositoryUrl } from '../../core/workflow-run.ts';
import { commitUrl } from '../../github/pages.ts';
import { ApprovedHeads } from './approval/approved-heads.ts';
import { reapplyBumps } from './change/bumped-manifests.ts';
import type { ChangeSource, DesiredState } from './change/desired-state.ts';
import { findMergedChange, type MergedChange, revertChange } from './change/revert.ts';
import { changedFiles } from './checkout/changed-files.ts';
import { noOperations, type Operations } from './pull/operations.ts';
import type { GitOpsSession } from './session/session.ts';
import { type SourceCommit, type Wording, wordingOf } from './wording/wording.ts';

/** One delivery, and what its attempts remember. */
export interface DeliveryTask {
  readonly source: ChangeSource;
  readonly wording: (desired: DesiredState) => Wording;
  readonly operations: Operations;
  /** The heads that may be merged; `undefined` if no approval is required. */
  readonly approvedHeads: ApprovedHeads | undefined;
  /** The repository requires branches to be up to date with the base before they are merged. */
  mustBeUpToDate: boolean;
  /** The fingerprint of the change that the log has shown. */
  loggedFingerprint: string | undefined;
}

/** Finds out where the change comes from and how to describe it. */
export async function prepareTask(session: GitOpsSession): Promise<DeliveryTask> {
  const { inputs, github, repository, env } = session;
  const reverted = inputs.revert === undefined ? undefined : await findMergedChange(github, repository, inputs.revert);
  const source = sourceCommit(env);
  return {
    source: changeSource(session, reverted),
    wording: ({ edits }) => wordingOf({ inputs, edits, reverted, source }),
    operations: noOperations(),
    approvedHeads: inputs.approvedHead === undefined ? undefined : new ApprovedHeads(inputs.approvedHead),
    mustBeUpToDate: false,
    loggedFingerprint: undefined,
  };
}

function changeSource(
  { inputs, github, repository, base, cwd }: GitOpsSession,
  reverted: MergedChange | undefined,
): ChangeSource {
  if (reverted) return revertChange(github, repository, reverted, base);
  if (inputs.path === undefined) return reapplyBumps(inputs.changes ?? [], base);
  return changedFiles(github, repository, { path: inputs.path, addPaths: inputs.addPaths }, cwd);
}

/** The commit that the workflow runs for. */
function sourceCommit(env: Env): SourceCommit | undefined {
  const { GITHUB_REPOSITORY: repository, GITHUB_SHA: sha } = env;
  const url = repositoryUrl(env);
  return url && sha ? { name: `${repository}@${sha.slice(0, 8)}`, url: commitUrl(url, sha) } : undefined;
}
