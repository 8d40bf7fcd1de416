import { ActionError } from '../../../core/error.ts';
import { type Digest, isDigest } from '../../../image/digest.ts';

/** The digest that a program reports for its push. @throws ActionError `digest-unknown` if it reports none */
export function reportedDigest(program: string, text: string | undefined): Digest {
  const digest = text?.trim() ?? '';
  if (isDigest(digest)) return digest;
  throw new ActionError({
    code: 'digest-unknown',
    message: `${program} succeeded, but reported no digest for its push${digest === '' ? '' : ` (it reported "${digest.slice(0, 80)}")`}.`,
    remedy: 'Update it, or use another `engine`.',
  });
}
