/** Remedies in terms of this action's inputs, by error code. The errors of `src/github` don't know these inputs. */
export const gitHubRemedies: Readonly<Record<string, string>> = {
  'github-unauthorized':
    "Set `token` to a valid token that has not expired. The workflow's own token is `${{ github.token }}`.",
  'branch-protected':
    'Use a pull request (`mode: pull-request`), or let the App or user of the token bypass that rule.',
  'auto-merge-not-allowed':
    'Allow it under Settings → General → Pull Requests ("Allow auto-merge"), or set `merge: direct` with `wait: merged`.',
};
