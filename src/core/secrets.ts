import { escapeMarkdown } from './markdown.ts';

/**
 * The secrets of the process. The runner masks them in the log; everything else that an action writes, such as outputs and the summary,
 * is redacted here, because `@actions/core` writes it as it is.
 */
export class Secrets {
  readonly #masked = new Set<string>();
  /** The masked values in every encoding in which our texts may contain them. */
  readonly #encodings = new Set<string>();
  readonly #mask: (value: string) => void;

  /** @param mask makes the runner mask a value (`::add-mask::`). */
  constructor(mask: (value: string) => void = () => {}) {
    this.#mask = mask;
  }

  /**
   * Registers a secret, each of its lines, and its Base64 form, which Basic credentials and kubeconfigs contain. `@actions/core` would mask
   * only the secret as a whole.
   */
  add(secret: string): void {
    const lines = secret.split(/\r?\n/).map((line) => line.trim());
    for (const value of [secret, ...lines, Buffer.from(secret).toString('base64')]) {
      // Masking shorter values would hide ordinary words and protect nothing.
      if (value.length < 4 || this.#masked.has(value)) continue;
      this.#masked.add(value);
      this.#mask(value);
      for (const encoding of encodingsOf(value)) this.#encodings.add(encoding);
    }
  }

  redact(text: string): string {
    let clean = text;
    for (const value of [...this.#encodings].sort((a, b) => b.length - a.length))
      clean = clean.replaceAll(value, '***');
    return clean;
  }
}

/** A value as it appears in text, in JSON, in Markdown (text and code) and in a URL. */
function encodingsOf(value: string): string[] {
  const inJson = JSON.stringify(value).slice(1, -1);
  return [value, inJson, escapeMarkdown(value), value.replaceAll('|', '\\|'), encodeURIComponent(value.toWellFormed())];
}
