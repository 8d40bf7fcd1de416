import { escapeMarkdown } from './markdown.ts';

/**
 * The values that must never leave the process: the runner is told to mask them, and our own texts are redacted before they are written,
 * as `@actions/core` writes into a summary or an output whatever it gets, and the runner masks only the log.
 */
export class Secrets {
  readonly #masked = new Set<string>();
  /** What is redacted: the masked values, and the forms in which our own texts write them. */
  readonly #forms = new Set<string>();
  readonly #mask: (value: string) => void;

  /** @param mask tells the runner about a new secret (`::add-mask::`). */
  constructor(mask: (value: string) => void = () => {}) {
    this.#mask = mask;
  }

  /**
   * Registers a secret, each of its lines, and its Base64 form (how Basic credentials and kubeconfigs carry it); `@actions/core` would have
   * only the whole of it masked.
   */
  add(secret: string): void {
    const lines = secret.split(/\r?\n/).map((line) => line.trim());
    for (const value of [secret, ...lines, Buffer.from(secret).toString('base64')]) {
      // Shorter values would blank out ordinary words without protecting anything.
      if (value.length < 4 || this.#masked.has(value)) continue;
      this.#masked.add(value);
      this.#mask(value);
      for (const form of formsOf(value)) this.#forms.add(form);
    }
  }

  redact(text: string): string {
    let clean = text;
    for (const value of [...this.#forms].sort((a, b) => b.length - a.length)) clean = clean.replaceAll(value, '***');
    return clean;
  }
}

/** A value as it stands in text, in JSON, in Markdown (as text and as code) and in a URL. */
function formsOf(value: string): string[] {
  const inJson = JSON.stringify(value).slice(1, -1);
  return [value, inJson, escapeMarkdown(value), value.replaceAll('|', '\\|'), encodeURIComponent(value.toWellFormed())];
}
