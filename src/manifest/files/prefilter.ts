import type { ImageBump } from '../bump/image-bump.ts';
import { POLICY_MARK } from '../fields/image-policies.ts';
import type { NamedField } from '../fields/named-fields.ts';

/** Escapes in double-quoted YAML and in JSON that stand for a sign of an image reference (`-./:_`, digits, lower-case letters). */
const ESCAPED_SIGN = /\\(?:x|u00|U000000)(?:2[d-f]|3[0-9a]|5f|6[1-9a-f]|7[0-9a])/i;

/** Finds out whether a text can mention one of some names, without parsing it: a "no" is certain, a "yes" is worth parsing. */
export class Prefilter {
  readonly #names: readonly string[];
  readonly #encoded: readonly Buffer[];
  /** A name that is cut by an escaped line break (`"ghcr.io/acme/sh\⏎  op:1"`). */
  readonly #cut: RegExp;

  constructor(names: readonly string[]) {
    this.#names = [...new Set(names)];
    this.#encoded = this.#names.map((name) => Buffer.from(name));
    const starts = this.#names.flatMap((name) => Array.from(name, (_, i) => name.slice(0, i)).slice(1));
    const escaped = starts.map((start) => start.replace(/[^a-z0-9]/gi, '\\$&'));
    this.#cut = escaped.length > 0 ? new RegExp(`(?:${escaped.join('|')})\\\\\\r?\\n`) : /(?!)/;
  }

  mayMatchBytes(bytes: Buffer): boolean {
    if (this.#encoded.some((name) => bytes.includes(name))) return true;
    return bytes.includes(0x5c) && this.#hidesIn(bytes.toString('latin1'));
  }

  mayMatchText(text: string): boolean {
    return this.#names.some((name) => text.includes(name)) || (text.includes('\\') && this.#hidesIn(text));
  }

  #hidesIn(text: string): boolean {
    return ESCAPED_SIGN.test(text) || this.#cut.test(text);
  }
}

/** What a document must mention to hold a field of the images: the part of the repository that is never split, or a named key. */
export function bumpPrefilter(bumps: readonly ImageBump[], fields: readonly NamedField[]): Prefilter {
  const names = bumps.map(({ from }) => from.repository.slice(from.repository.lastIndexOf('/') + 1));
  // A tag whose image the user names stands in documents that need not mention the image.
  const keys = fields
    .filter(({ image }) => image !== undefined)
    .map(({ path }) => path.findLast((step) => step.kind === 'key')?.key ?? '');
  return new Prefilter([...names, ...keys, POLICY_MARK]);
}
