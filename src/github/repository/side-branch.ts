const PREFIX = 'gitops-next/';

/** The branch on which the next commit of a branch is made, before the branch moves to that commit. */
export function sideBranchOf(branch: string): string {
  return `${PREFIX}${branch}`;
}

/** Whether a name is reserved for side branches. */
export function isSideBranch(name: string): boolean {
  return name.startsWith(PREFIX);
}
