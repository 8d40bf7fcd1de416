import { ActionError } from '../../../core/error.ts';

/** Remedies in terms of this action's inputs, by error code. The errors of `src/github` don't know these inputs. */
const REMEDIES: Readonly<Record<string, string>> = {
  'github-unauthorized':
    "Set `token` to a valid token that has not expired. The workflow's own token is `${{ github.token }}`.",
  'branch-protected':
    'Use a pull request (`mode: pull-request`), or let the App or user of the token bypass that rule.',
  'auto-merge-not-allowed':
    'Allow it under Settings → General → Pull Requests ("Allow auto-merge"), or set `merge: direct` with `wait: merged`.',
};

/** Does the work. Its errors get the remedies of this action. */
export async function withGitHubRemedies<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    const remedy = thrown instanceof ActionError ? REMEDIES[thrown.code] : undefined;
    if (!(thrown instanceof ActionError) || remedy === undefined) throw thrown;
    throw new ActionError({ code: thrown.code, message: thrown.message, remedy, cause: thrown });
  }
}
