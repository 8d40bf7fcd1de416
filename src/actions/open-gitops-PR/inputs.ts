import { ActionError } from '../../core/error.ts';
import { invalidInput } from '../../core/inputs.ts';
import type { Context } from '../../entry/context.ts';
import type { contract } from './contract.ts';

export type PullRequestInputs = Context<typeof contract>['inputs'];

/** Checks inputs that exclude or need each other. @throws ActionError `input-invalid`, `input-missing` */
export function requireValidPullRequestInputs(inputs: PullRequestInputs): void {
  requireOneSource(inputs);
  if (inputs.path !== undefined && inputs.addPaths.length === 0)
    throw missing('add-paths', 'it says which files of `path` count', 'add-paths: staging/**');
  if (inputs.path === undefined && inputs.addPaths.length > 0)
    throw missing('path', 'it is the checkout that `add-paths` refers to', 'path: gitops');
  requireMergeInputs(inputs);
  requireApprovalInputs('approved-head', inputs.approvedHead, inputs);
  requireApprovalInputs('approved-changes', inputs.approvedChanges, inputs);
  requireCredentials(inputs);
  // A default that only a runner can fill is empty elsewhere.
  if (!inputs.repository)
    throw missing('repository', 'there is no workflow to take it from', 'repository: acme/gitops');
  const named = [inputs.branch, inputs.application, inputs.environment].some((name) => name !== undefined);
  if (inputs.mode === 'pull-request' && !named)
    throw missing(
      'application',
      'the name of the branch is made of `application` and `environment`',
      'application: shop',
    );
}

/** Exactly one input may say what to change. */
function requireOneSource(inputs: PullRequestInputs): void {
  const sources = [inputs.changes, inputs.path].filter((source) => source !== undefined).length;
  if (inputs.mode === 'revert') {
    if (inputs.revert === undefined)
      throw missing('revert', '`mode: revert` needs to know what to revert', 'revert: 42');
    if (sources > 0)
      throw invalidInput('mode', 'is revert, which makes the change itself.', ['Leave `changes` and `path` out.']);
    return;
  }
  if (inputs.revert !== undefined)
    throw invalidInput('revert', `is given, but \`mode\` is ${inputs.mode}.`, ['Set `mode: revert`.']);
  if (sources === 0)
    throw missing('changes', 'nothing else says what to change', 'changes: ${{ steps.bump.outputs.changes }}');
  if (sources > 1) throw invalidInput('path', 'is given together with `changes`.', ['Give only one of them.']);
}

function requireMergeInputs({ mode, merge, draft }: PullRequestInputs): void {
  if (mode === 'commit' && (merge !== 'none' || draft))
    throw invalidInput('mode', 'is commit, which opens no pull request.', ['Leave `merge` and `draft` out.']);
  if (draft && merge !== 'none')
    throw invalidInput('draft', `is true, but \`merge\` is ${merge}.`, [
      "A draft can't be merged: leave one of them out.",
    ]);
}

/** Only this run can hold a merge to what was approved, and only if it keeps the approved commits. */
function requireApprovalInputs(
  name: 'approved-head' | 'approved-changes',
  value: unknown,
  { mode, merge, changes, onForeignCommits }: PullRequestInputs,
): void {
  if (value === undefined) return;
  const given = (other: string, is: string) => `is given, but \`${other}\` is ${is}`;
  if (name === 'approved-changes' && changes === undefined)
    throw invalidInput(name, 'is given, but `changes` is not.', ['Give the changes to make as `changes`.']);
  if (mode === 'commit') {
    if (name === 'approved-changes') return;
    throw invalidInput(name, `${given('mode', mode)}, which merges no branch.`, ['Leave it out.']);
  }
  if (merge !== 'direct')
    throw invalidInput(name, `${given('merge', merge)}.`, [
      'Set `merge: direct`: any other way of merging may include later commits.',
    ]);
  if (onForeignCommits === 'replace')
    throw invalidInput(name, `${given('on-foreign-commits', onForeignCommits)}, which drops commits.`, [
      'Those commits were approved too: set `on-foreign-commits` to append or fail.',
    ]);
}

function requireCredentials({ appId, privateKey, token }: PullRequestInputs): void {
  if ((appId === undefined) !== (privateKey === undefined)) {
    const [absent, present] = appId === undefined ? ['app-id', 'private-key'] : ['private-key', 'app-id'];
    throw missing(absent, `\`${present}\` needs it`, `${absent}: …`);
  }
  if (!token && appId === undefined)
    throw missing('token', 'requests to GitHub need one', 'token: ${{ secrets.GITOPS_TOKEN }}');
}

function missing(name: string, why: string, example: string): ActionError {
  return new ActionError({
    code: 'input-missing',
    message: `Input \`${name}\` is missing: ${why}.`,
    remedy: `Add, for example, \`${example}\`.`,
  });
}
