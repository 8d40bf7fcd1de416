import type { RevertTarget } from '../input-types/revert-target.ts';

/** What names a change and its branch. */
interface ChangeNames {
  readonly branch: string | undefined;
  readonly application: string | undefined;
  readonly environment: string | undefined;
  /** What the change reverts. */
  readonly revert: RevertTarget | undefined;
}

/**
 * What the commits of this run belong to, such as `staging/shop`. Commits of another application on the same branch count as commits
 * of others.
 */
export function changeIdentity(names: ChangeNames): string {
  const { application, environment, revert } = names;
  const parts = [environment, application].filter((part) => part !== undefined);
  return revert !== undefined || parts.length === 0 ? branchNameOf(names) : parts.join('/');
}

/**
 * The branch of the pull request: always the same for one application and environment. Each form has a prefix of its own, because
 * git can't have both a branch `a` and a branch `a/b`.
 */
export function branchNameOf({ branch, application, environment, revert }: ChangeNames): string {
  if (branch !== undefined) return branch;
  if (revert !== undefined) return `gitops-revert/${revert.kind === 'pull' ? revert.number : revert.sha.slice(0, 12)}`;
  if (application !== undefined && environment !== undefined) return `gitops/${environment}/${application}`;
  if (environment !== undefined) return `gitops-environment/${environment}`;
  return `gitops-application/${application ?? 'all'}`;
}
