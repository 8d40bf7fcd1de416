import { existsSync, readFileSync } from 'node:fs';

/** The artifacts of one run. Refuses what actions/upload-artifact 4 and newer refuse. */
export class Artifacts {
  readonly #files = new Map<string, string>();

  /** @throws Error with the message of the real action. */
  upload(name: string, file: string): void {
    const [forbidden] = /["<>|*?\r\n\\/:]/.exec(name) ?? [];
    if (forbidden !== undefined || name === '')
      throw new Error(`The artifact name is not valid: ${name}. Contains the following character: ${forbidden}`);
    if (!existsSync(file)) return;
    if (this.#files.has(name))
      throw new Error('Failed to CreateArtifact: Received non-retryable error: Failed request: (409) Conflict');
    this.#files.set(name, readFileSync(file, 'utf8'));
  }

  get names(): readonly string[] {
    return [...this.#files.keys()];
  }

  /** All lines of all files. */
  get lines(): readonly string[] {
    return [...this.#files.values()].flatMap((text) => text.split('\n').filter((line) => line !== ''));
  }
}
