const PREFIX = 'gitops-next/';

/** The branch on which the next commit of another branch is made before that moves to it. */
export function sideBranchOf(branch: string): string {
  return `${PREFIX}${branch}`;
}

/** Such names belong to this action: no input may give one. */
export function isSideBranch(name: string): boolean {
  return name.startsWith(PREFIX);
}
