import { shortDigest } from '../../../image/digest.ts';
import { parseReference } from '../../../image/reference.ts';

/** The part of an image reference that names its version: tag and shortened digest. */
export function versionOf(reference: string): string {
  const parsed = parseReference(reference);
  const digest = parsed?.digest === undefined ? undefined : shortDigest(parsed.digest);
  return [parsed?.tag, digest].filter((part) => part !== undefined).join('@') || reference;
}
