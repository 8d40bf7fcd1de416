import type { Env } from '../../core/inputs.ts';
import { commitUrl } from '../../github/pages.ts';
import { Approval } from './approval/require-approved.ts';
import { bumpedManifests } from './change/bumped-manifests.ts';
import type { ChangeSource } from './change/desired-state.ts';
import { findPast, type Past, reverted } from './change/revert.ts';
import { changedFiles } from './checkout/changed-files.ts';
import type { Task } from './delivery/reconcile.ts';
import { noDeeds } from './operations.ts';
import type { Session } from './session.ts';
import { type SourceCommit, wordingOf } from './wording/wording.ts';

/** What is to be changed, and how it is to be told. */
export async function taskOf(session: Session): Promise<Task> {
  const { inputs, github, repository, env } = session;
  const past = inputs.revert === undefined ? undefined : await findPast(github, repository, inputs.revert);
  const source = sourceCommit(env);
  return {
    source: changeSource(session, past),
    wording: ({ edits }) => wordingOf({ inputs, edits, past, source }),
    deeds: noDeeds(),
    approval: inputs.approvedHead === undefined ? undefined : new Approval(inputs.approvedHead),
    fresh: false,
    told: undefined,
  };
}

function changeSource({ inputs, github, repository, base, cwd }: Session, past: Past | undefined): ChangeSource {
  if (past) return reverted(github, repository, past, base);
  if (inputs.path === undefined) return bumpedManifests(inputs.changes ?? [], base);
  return changedFiles(github, repository, { path: inputs.path, addPaths: inputs.addPaths }, cwd);
}

/** The commit that the workflow runs for: the source of the change. */
function sourceCommit(env: Env): SourceCommit | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_SHA: sha } = env;
  if (!server || !repository || !sha) return undefined;
  return { name: `${repository}@${sha.slice(0, 8)}`, url: commitUrl(`${server}/${repository}`, sha) };
}
