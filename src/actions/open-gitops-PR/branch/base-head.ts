import { ActionError } from '../../../core/error.ts';
import { branchHead } from '../../../github/repository/branches.ts';
import type { GitOpsSession } from '../session/session.ts';

/** The newest commit of the base. */
export async function readBaseHead({ github, repository, base }: GitOpsSession): Promise<string> {
  const head = await branchHead(github, repository, base);
  if (head !== undefined) return head;
  throw new ActionError({
    code: 'base-not-found',
    message: `${repository.fullName} has no branch ${base}.`,
    remedy: 'Set `base` to an existing branch, and check that the token has `contents: read`.',
  });
}
