import { isScalar, type Node, type YAMLMap } from 'yaml';
import { closestMatch } from '../../../core/closest-match.ts';
import { ActionError } from '../../../core/error.ts';

/** Collects the errors of a config, each with its line, so that the user sees all of them at once. */
export class ConfigErrors {
  readonly #errors: { readonly line: number; readonly message: string; readonly remedy: string }[] = [];
  readonly #lineOf: (offset: number) => number;

  constructor(lineOf: (offset: number) => number) {
    this.#lineOf = lineOf;
  }

  add(node: Node | null | undefined, message: string, remedy = ''): void {
    this.#errors.push({ line: this.#lineOf(node?.range?.[0] ?? 0), message, remedy });
  }

  /** Adds an error for each key that isn't known. @param owner the mapping, as the message names it */
  addUnknownKeys(map: YAMLMap, known: readonly string[], owner: string): void {
    for (const { key } of map.items) {
      const name = isScalar(key) ? String(key.value) : undefined;
      if (name !== undefined && known.includes(name)) continue;
      const near = name === undefined ? undefined : closestMatch(name, known);
      this.add(
        isScalar(key) ? key : map,
        `${owner} has no key \`${name ?? String(key)}\``,
        near ? `did you mean \`${near}\`?` : `it takes ${known.map((each) => `\`${each}\``).join(', ')}.`,
      );
    }
  }

  /** @throws ActionError `config-invalid` if there are errors */
  throwIfAny(file: string): void {
    if (this.#errors.length === 0) return;
    const ordered = this.#errors.toSorted((a, b) => a.line - b.line);
    throw new ActionError({
      code: 'config-invalid',
      message: ordered.map(({ line, message }) => `${file}:${line}: ${message}.`).join('\n'),
      remedy:
        ordered
          .filter(({ remedy }) => remedy !== '')
          .map(({ line, remedy }) => `Line ${line}: ${remedy}`)
          .join('\n') || 'Correct the config; the README of canary-gate has an example.',
    });
  }
}
