import { shortDigest } from './digest.ts';

/** An image reference with a short digest, for people. */
export function shortReference(reference: string): string {
  return reference.replace(/sha256:[0-9a-f]{64}$/, shortDigest);
}
