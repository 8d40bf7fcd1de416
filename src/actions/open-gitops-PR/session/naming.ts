import type { Subject } from '../../../core/action-report.ts';
import { imageRepository, parseReference } from '../../../image/reference.ts';
import type { GitOpsInputs } from '../inputs.ts';

/**
 * What the commits of this run belong to, such as `staging/shop`. Commits of another application on the same branch count as commits
 * of others.
 */
export function changeIdentity(inputs: GitOpsInputs): string {
  const { application, environment, mode } = inputs;
  const parts = [environment, application].filter((part) => part !== undefined);
  return mode === 'revert' || parts.length === 0 ? branchNameOf(inputs) : parts.join('/');
}

/**
 * The branch of the pull request: always the same for one application and environment. Each form has a prefix of its own, because
 * git can't have both a branch `a` and a branch `a/b`.
 */
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

/** The image that is delivered; `undefined` if there are several, or if it has no digest. */
export function deliveredSubject({ changes }: GitOpsInputs): Subject | undefined {
  const [only, ...others] = [...new Set((changes ?? []).map(({ to }) => to))].map(parseReference);
  if (only?.digest === undefined || others.length > 0) return undefined;
  return { image: imageRepository(only), digest: only.digest };
}
