/** Escapes in double-quoted YAML and in JSON for a character of an image reference (`-./:_`, digits, lower-case letters). */
const ESCAPED_CHARACTER = /\\(?:x|u00|U000000)(?:2[d-f]|3[0-9a]|5f|6[1-9a-f]|7[0-9a])/i;

/** Finds out without parsing whether a YAML text can contain one of some names. `false` is certain, `true` means: parse it. */
export class Prefilter {
  readonly #names: readonly string[];
  readonly #encoded: readonly Buffer[];
  /** Matches a name that an escaped line break splits (`"ghcr.io/acme/sh\⏎  op:1"`). */
  readonly #split: RegExp;

  constructor(names: readonly string[]) {
    this.#names = [...new Set(names)];
    this.#encoded = this.#names.map((name) => Buffer.from(name));
    const starts = this.#names.flatMap((name) => Array.from(name, (_, i) => name.slice(0, i)).slice(1));
    const escaped = starts.map((start) => start.replace(/[^a-z0-9]/gi, '\\$&'));
    this.#split = escaped.length > 0 ? new RegExp(`(?:${escaped.join('|')})\\\\\\r?\\n`) : /(?!)/;
  }

  mayMatchBytes(bytes: Buffer): boolean {
    if (this.#encoded.some((name) => bytes.includes(name))) return true;
    return bytes.includes(0x5c) && this.#mayHideName(bytes.toString('latin1'));
  }

  mayMatchText(text: string): boolean {
    return this.#names.some((name) => text.includes(name)) || (text.includes('\\') && this.#mayHideName(text));
  }

  /** Where the names are in a text, ascending; `undefined` if escapes may hide some. */
  placesIn(text: string): readonly number[] | undefined {
    if (text.includes('\\') && this.#mayHideName(text)) return undefined;
    const places: number[] = [];
    for (const name of this.#names)
      for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) places.push(at);
    return places.sort((a, b) => a - b);
  }

  #mayHideName(text: string): boolean {
    return ESCAPED_CHARACTER.test(text) || this.#split.test(text);
  }
}

/** Lets every text through. */
export const noPrefilter = new Prefilter(['']);
