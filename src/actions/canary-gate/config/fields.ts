import { isMap, isNode, isScalar, type Node, type YAMLMap } from 'yaml';
import { ActionError } from '../../../core/error.ts';
import { nearest } from '../../../core/suggest.ts';

/** The mistakes of a config, each with its line. */
export class ConfigErrors {
  readonly #found: { readonly line: number; readonly what: string; readonly remedy: string }[] = [];
  readonly #lineOf: (offset: number) => number;

  constructor(lineOf: (offset: number) => number) {
    this.#lineOf = lineOf;
  }

  add(node: Node | null | undefined, what: string, remedy = ''): void {
    this.#found.push({ line: this.#lineOf(node?.range?.[0] ?? 0), what, remedy });
  }

  /** Tells keys that are not known. */
  unknownKeys(map: YAMLMap, known: readonly string[], where: string): void {
    for (const { key } of map.items) {
      const name = isScalar(key) ? String(key.value) : undefined;
      if (name !== undefined && known.includes(name)) continue;
      const near = name === undefined ? undefined : nearest(name, known);
      this.add(
        isScalar(key) ? key : map,
        `${where} has no key \`${name ?? String(key)}\``,
        near ? `did you mean \`${near}\`?` : `it takes ${known.map((each) => `\`${each}\``).join(', ')}.`,
      );
    }
  }

  throwAny(file: string): void {
    if (this.#found.length === 0) return;
    const ordered = this.#found.toSorted((a, b) => a.line - b.line);
    throw new ActionError({
      code: 'config-invalid',
      message: ordered.map(({ line, what }) => `${file}:${line}: ${what}.`).join('\n'),
      remedy:
        ordered
          .filter(({ remedy }) => remedy !== '')
          .map(({ line, remedy }) => `Line ${line}: ${remedy}`)
          .join('\n') || 'Correct the config; the README of canary-gate shows one.',
    });
  }
}

/** Typed reading of a mapping's values, each mistake told at its line. */
export class MetricFields {
  readonly #map: YAMLMap;
  readonly #mistakes: ConfigErrors;

  constructor(map: YAMLMap, mistakes: ConfigErrors) {
    this.#map = map;
    this.#mistakes = mistakes;
  }

  text(key: string): string | undefined {
    return this.#read(
      key,
      (value) => (typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined),
      'takes text',
    );
  }

  boolean(key: string): boolean | undefined {
    return this.#read(key, (value) => (typeof value === 'boolean' ? value : undefined), 'takes true or false');
  }

  number(key: string, { integer }: { readonly integer: boolean }): number | undefined {
    return this.#read(
      key,
      (value) => (typeof value === 'number' && value >= 0 && (!integer || Number.isInteger(value)) ? value : undefined),
      `takes a ${integer ? 'whole ' : ''}number of at least 0`,
    );
  }

  choice<const Option extends string>(key: string, options: readonly Option[]): Option | undefined {
    const near = nearest(String(this.#scalar(key)), options);
    return this.#read(
      key,
      (value) => options.find((option) => option === value),
      `takes one of ${options.join(', ')}`,
      near ? `did you mean \`${near}\`?` : '',
    );
  }

  /** A value with a notation of its own, written as text or as a bare number. */
  parsed<T>(key: string, parse: (text: string) => T | undefined, takes: string): T | undefined {
    return this.#read(
      key,
      (value) => (typeof value === 'string' || typeof value === 'number' ? parse(String(value).trim()) : undefined),
      takes,
    );
  }

  #read<T>(key: string, read: (value: unknown) => T | undefined, takes: string, remedy = ''): T | undefined {
    const node = this.#node(key);
    if (node === undefined) return undefined;
    const value = read(this.#scalar(key));
    if (value === undefined) {
      const got = isScalar(node) ? JSON.stringify(node.value) : isMap(node) ? 'a mapping' : 'a list';
      this.#mistakes.add(node, `\`${key}\` ${takes}, but got ${got}`, remedy);
    }
    return value;
  }

  #scalar(key: string): unknown {
    const node = this.#node(key);
    return isScalar(node) ? node.value : undefined;
  }

  #node(key: string): Node | undefined {
    const node = this.#map.get(key, true);
    return isNode(node) ? node : undefined;
  }
}
