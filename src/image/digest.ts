import { createHash } from 'node:crypto';

/** `sha256:` and 64 hexadecimal digits (OCI image spec, "Digests"). */
export type Digest = string & { readonly __brand: 'Digest' };

const DIGEST = /^sha256:[0-9a-f]{64}$/;

export function isDigest(text: string): text is Digest {
  return DIGEST.test(text);
}

export function digestOf(bytes: string | Uint8Array): Digest {
  return sha256Digest(createHash('sha256').update(bytes).digest('hex'));
}

/** The digest for a SHA-256 sum in hexadecimal. */
export function sha256Digest(hex: string): Digest {
  const digest = `sha256:${hex}`;
  if (!isDigest(digest)) throw new TypeError(`not a SHA-256 sum: ${hex}`);
  return digest;
}

/** `sha256:4be1…`: a digest that is short enough to read. Outputs have the full digest. */
export function shortDigest(digest: string): string {
  return digest.replace(/^(sha\d+:[0-9a-f]{12})[0-9a-f]+$/, '$1…');
}
