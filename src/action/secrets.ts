/** The values that must never leave the process: the runner is told to mask them, and our own texts are redacted before they are written. */
export class Secrets {
  readonly #values = new Set<string>();
  readonly #mask: (value: string) => void;

  /** @param mask tells the runner about a new secret (`::add-mask::`). */
  constructor(mask: (value: string) => void = () => {}) {
    this.#mask = mask;
  }

  /** Registers a secret, each of its lines, and its Base64 form (how Basic credentials and kubeconfigs carry it). */
  add(secret: string): void {
    const lines = secret.split(/\r?\n/).map((line) => line.trim());
    for (const value of [secret, ...lines, Buffer.from(secret).toString('base64')]) {
      // Shorter values would blank out ordinary words without protecting anything.
      if (value.length < 4 || this.#values.has(value)) continue;
      this.#values.add(value);
      this.#mask(value);
    }
  }

  redact(text: string): string {
    let clean = text;
    for (const value of [...this.#values].sort((a, b) => b.length - a.length)) clean = clean.replaceAll(value, '***');
    return clean;
  }
}
