import { shortDigest } from '../core/markdown.ts';

/** An image reference as people read it: its digest, where it has one, cut short. */
export function shortReference(reference: string): string {
  return reference.replace(/sha256:[0-9a-f]{64}$/, shortDigest);
}
