import type { Env } from '../../core/inputs.ts';
import { commitUrl } from '../../github/pages.ts';
import { ApprovedHeads } from './approval/require-approved.ts';
import { reapplyBumps } from './change/bumped-manifests.ts';
import type { ChangeSource } from './change/desired-state.ts';
import { findMergedChange, type MergedChange, revertChange } from './change/revert.ts';
import { changedFiles } from './checkout/changed-files.ts';
import type { DeliveryTask } from './delivery/reconcile.ts';
import { noOperations } from './operations.ts';
import type { GitOpsSession } from './session.ts';
import { type SourceCommit, wordingOf } from './wording/wording.ts';

/** What is to be changed, and how it is to be told. */
export async function prepareTask(session: GitOpsSession): Promise<DeliveryTask> {
  const { inputs, github, repository, env } = session;
  const past = inputs.revert === undefined ? undefined : await findMergedChange(github, repository, inputs.revert);
  const source = sourceCommit(env);
  return {
    source: changeSource(session, past),
    wording: ({ edits }) => wordingOf({ inputs, edits, past, source }),
    operations: noOperations(),
    approval: inputs.approvedHead === undefined ? undefined : new ApprovedHeads(inputs.approvedHead),
    mustBeUpToDate: false,
    loggedFingerprint: undefined,
  };
}

function changeSource(
  { inputs, github, repository, base, cwd }: GitOpsSession,
  past: MergedChange | undefined,
): ChangeSource {
  if (past) return revertChange(github, repository, past, base);
  if (inputs.path === undefined) return reapplyBumps(inputs.changes ?? [], base);
  return changedFiles(github, repository, { path: inputs.path, addPaths: inputs.addPaths }, cwd);
}

/** The commit that the workflow runs for: the source of the change. */
function sourceCommit(env: Env): SourceCommit | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_SHA: sha } = env;
  if (!server || !repository || !sha) return undefined;
  return { name: `${repository}@${sha.slice(0, 8)}`, url: commitUrl(`${server}/${repository}`, sha) };
}
