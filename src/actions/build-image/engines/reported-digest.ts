import { ActionError } from '../../../core/error.ts';
import { type Digest, isDigest } from '../../../image/digest.ts';

/** The digest that a program said it pushed. @throws ActionError `digest-unknown` where it said none. */
export function reportedDigest(program: string, text: string | undefined): Digest {
  const digest = text?.trim() ?? '';
  if (isDigest(digest)) return digest;
  throw new ActionError({
    code: 'digest-unknown',
    message: `${program} ended well, but did not tell the digest that it pushed${digest === '' ? '' : ` (it told "${digest.slice(0, 80)}")`}.`,
    remedy: 'Use a current version of it, or another `engine`.',
  });
}
