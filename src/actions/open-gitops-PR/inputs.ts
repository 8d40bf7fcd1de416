import { ActionError } from '../../core/error.ts';
import { invalidInput } from '../../core/inputs.ts';
import type { Subject } from '../../core/report.ts';
import type { Context } from '../../entry/context.ts';
import { imageRepository, parseReference } from '../../image/reference.ts';
import type { contract } from './contract.ts';

export type GitOpsInputs = Context<typeof contract>['inputs'];

/** Inputs that contradict each other, or lack each other, stop the action before anything is touched. */
export function requireValidGitOpsInputs(inputs: GitOpsInputs): void {
  const sources = [inputs.changes, inputs.path].filter((source) => source !== undefined).length;
  if (inputs.mode === 'revert') {
    if (inputs.revert === undefined) throw missing('revert', 'mode: revert takes back what it names', 'revert: 42');
    if (sources > 0)
      throw invalidInput('mode', 'is revert, which makes the change itself.', ['Leave `changes` and `path` out.']);
  } else {
    if (inputs.revert !== undefined)
      throw invalidInput('revert', `is given, but \`mode\` is ${inputs.mode}.`, ['Set `mode: revert`.']);
    if (sources === 0)
      throw missing('changes', 'nothing else says what to change', 'changes: ${{ steps.bump.outputs.changes }}');
    if (sources > 1) throw invalidInput('path', 'is given beside `changes`.', ['Give one of them.']);
  }
  if (inputs.path !== undefined && inputs.addPaths.length === 0)
    throw missing('add-paths', 'it says which files of `path` count', 'add-paths: staging/**');
  if (inputs.path === undefined && inputs.addPaths.length > 0)
    throw missing('path', 'it is the checkout that `add-paths` are in', 'path: gitops');
  if (inputs.mode === 'commit' && (inputs.merge !== 'none' || inputs.draft))
    throw invalidInput('mode', 'is commit, which opens no pull request.', ['Leave `merge` and `draft` out.']);
  if (inputs.draft && inputs.merge !== 'none')
    throw invalidInput('draft', `is true, but \`merge\` is ${inputs.merge}.`, [
      'A draft can’t be merged: leave one of them out.',
    ]);
  requireApprovalInputs(inputs);
  if ((inputs.appId === undefined) !== (inputs.privateKey === undefined)) {
    const [absent, present] = inputs.appId === undefined ? ['app-id', 'private-key'] : ['private-key', 'app-id'];
    throw missing(absent, `\`${present}\` needs it`, `${absent}: …`);
  }
  // A default that only a runner fills is empty elsewhere.
  if (!inputs.repository)
    throw missing('repository', 'there is no workflow to take it from', 'repository: acme/gitops');
  if (!inputs.token && inputs.appId === undefined)
    throw missing('token', 'GitHub needs to know who asks', 'token: ${{ secrets.GITOPS_TOKEN }}');
  const named = [inputs.branch, inputs.application, inputs.environment].some((name) => name !== undefined);
  if (inputs.mode === 'pull-request' && !named)
    throw missing(
      'application',
      'the name of the branch is made of `application` and `environment`',
      'application: shop',
    );
}

/** What was approved can be held to only where this run merges, and merges it as it was. */
function requireApprovalInputs({ approvedHead, mode, merge, onForeignCommits }: GitOpsInputs): void {
  if (approvedHead === undefined) return;
  const given = (name: string, value: string) => `is given, but \`${name}\` is ${value}`;
  if (mode === 'commit')
    throw invalidInput('approved-head', `${given('mode', mode)}, which merges no branch.`, ['Leave it out.']);
  if (merge !== 'direct')
    throw invalidInput('approved-head', `${given('merge', merge)}.`, [
      'Set `merge: direct`: whatever else merges may merge later commits along.',
    ]);
  if (onForeignCommits === 'replace')
    throw invalidInput('approved-head', `${given('on-foreign-commits', onForeignCommits)}, which drops commits.`, [
      'They were approved with it: set `on-foreign-commits` to append or fail.',
    ]);
}

/** What the commits belong to: `staging/shop`. Commits of another application on the same branch are those of others. */
export function changeIdentity(inputs: GitOpsInputs): string {
  const { application, environment, mode } = inputs;
  const named = [environment, application].filter((part) => part !== undefined);
  return mode === 'revert' || named.length === 0 ? branchNameOf(inputs) : named.join('/');
}

/** The branch: the same for the same application and environment. Each form has a first part of its own, as `a` and `a/b` can't both be branches. */
export function branchNameOf(inputs: GitOpsInputs): string {
  const { application, environment } = inputs;
  if (inputs.branch !== undefined) return inputs.branch;
  if (inputs.mode === 'revert' && inputs.revert !== undefined) {
    const { revert } = inputs;
    return `gitops-revert/${revert.kind === 'pull' ? revert.number : revert.sha.slice(0, 12)}`;
  }
  if (application !== undefined && environment !== undefined) return `gitops/${environment}/${application}`;
  if (environment !== undefined) return `gitops-environment/${environment}`;
  return `gitops-application/${application ?? 'all'}`;
}

/** The image that is delivered, where it is one and named by its digest. */
export function subjectOf({ changes }: GitOpsInputs): Subject | undefined {
  const [only, ...others] = [...new Set((changes ?? []).map(({ to }) => to))].map(parseReference);
  if (only?.digest === undefined || others.length > 0) return undefined;
  return { image: imageRepository(only), digest: only.digest };
}

function missing(name: string, why: string, example: string): ActionError {
  return new ActionError({
    code: 'input-missing',
    message: `Input \`${name}\` is missing: ${why}.`,
    remedy: `Add, for example, \`${example}\`.`,
  });
}
