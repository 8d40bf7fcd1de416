/**
 * Remedies in terms of this action's inputs, by error code. The search itself doesn't know them.
 * @param folderInput the input that gives the folder.
 */
export function searchRemedies(folderInput: 'root' | 'compare-with'): Readonly<Record<string, string>> {
  return {
    'root-not-found': `Check out the repository before this step; \`${folderInput}\` is a folder relative to the workspace.`,
    'top-not-above': 'Set `top` to the folder of the whole checkout, relative to the workspace, or remove it.',
    'file-not-readable': 'Give the user that runs the job permission to read it, or exclude it with `paths`.',
    'too-much-to-search': 'Name the folders of the manifests with `paths`.',
  };
}
