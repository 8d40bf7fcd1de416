import { ActionError } from '../../../core/error.ts';
import type { PullRequest } from '../../../github/pull-requests/pull-requests.ts';

/** A pull request that a person closed is never merged. */
export function pullRequestClosed(pull: PullRequest): ActionError {
  return new ActionError({
    code: 'pull-request-closed',
    message: `#${pull.number} was closed without being merged.`,
    remedy: `Someone decided against it: ask on ${pull.url}, then run again to open a new one.`,
  });
}
