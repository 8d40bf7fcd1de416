import type { EnablePullRequestAutoMergeInput, PullRequestMergeMethod } from '@octokit/graphql-schema';
import { ActionError } from '../../core/error.ts';
import type { GitHub } from '../api/client.ts';
import { GitHubRefusal } from '../api/error.ts';
import { requireText } from '../api/response-fields.ts';
import type { GitHubRepository } from '../repository/repository.ts';
import type { PullRequest } from './pull-requests.ts';

export type MergeMethod = 'merge' | 'squash' | 'rebase';

export type MergeOutcome =
  | { readonly kind: 'merged'; readonly commit: string }
  /** Reviews or checks are missing; the reason is GitHub's own. */
  | { readonly kind: 'blocked'; readonly reason: string }
  /** The branch or the base has changed since it was read. */
  | { readonly kind: 'moved' };

/** Merges the pull request if its head is still the one that was read. */
export async function mergePullRequest(
  github: GitHub,
  repository: GitHubRepository,
  pull: PullRequest,
  method: MergeMethod,
): Promise<MergeOutcome> {
  try {
    const merged = await github.send(
      'PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge',
      { ...repository.routeParams, pull_number: pull.number, sha: pull.head, merge_method: method },
      'contents: write',
    );
    return { kind: 'merged', commit: requireText(merged.sha, `the merge commit of #${pull.number}`) };
  } catch (thrown) {
    if (!(thrown instanceof GitHubRefusal)) throw thrown;
    if (thrown.status === 409 || /base branch was modified/i.test(thrown.reason)) return { kind: 'moved' };
    if (thrown.status === 405 && !/not allowed on this repository/i.test(thrown.reason))
      return { kind: 'blocked', reason: thrown.reason };
    throw thrown;
  }
}

export type AutoMergeOutcome =
  | { readonly kind: 'enabled' }
  /** Nothing blocks the merge. GitHub only enables auto-merge if there is something to wait for. */
  | { readonly kind: 'clean' }
  | { readonly kind: 'moved' };

const ENABLE = `mutation EnableAutoMerge($input: EnablePullRequestAutoMergeInput!) {
  enablePullRequestAutoMerge(input: $input) { pullRequest { id } }
}`;

const METHODS: Readonly<Record<MergeMethod, PullRequestMergeMethod>> = {
  merge: 'MERGE',
  squash: 'SQUASH',
  rebase: 'REBASE',
};

/** Makes GitHub merge as soon as reviews and checks allow it. */
export async function enableAutoMerge(
  github: GitHub,
  pull: PullRequest,
  method: MergeMethod,
): Promise<AutoMergeOutcome> {
  if (pull.autoMerge) return { kind: 'enabled' };
  try {
    const input: EnablePullRequestAutoMergeInput = {
      pullRequestId: pull.nodeId,
      mergeMethod: METHODS[method],
      expectedHeadOid: pull.head,
    };
    await github.mutate(ENABLE, { input }, 'contents: write');
    return { kind: 'enabled' };
  } catch (thrown) {
    if (!(thrown instanceof GitHubRefusal)) throw thrown;
    if (/in (clean|unstable|has_hooks) status/i.test(thrown.reason)) return { kind: 'clean' };
    if (/auto merge is not allowed/i.test(thrown.reason)) throw autoMergeNotAllowed(thrown);
    if (/head branch was modified|expected head/i.test(thrown.reason)) return { kind: 'moved' };
    throw thrown;
  }
}

function autoMergeNotAllowed(cause: GitHubRefusal): ActionError {
  return new ActionError({
    code: 'auto-merge-not-allowed',
    message: 'The repository does not allow auto-merge.',
    remedy: 'Allow it under Settings → General → Pull Requests ("Allow auto-merge").',
    cause,
  });
}
