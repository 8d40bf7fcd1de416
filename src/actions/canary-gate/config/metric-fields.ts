import { isAlias, isMap, isNode, isScalar, type Node, type YAMLMap } from 'yaml';
import { closestMatch } from '../../../core/closest-match.ts';
import type { ConfigErrors } from './config-errors.ts';

/** Reads typed values from a mapping. A value of the wrong type adds an error and reads as `undefined`, like a missing one. */
export class MetricFields {
  readonly #map: YAMLMap;
  readonly #errors: ConfigErrors;

  constructor(map: YAMLMap, errors: ConfigErrors) {
    this.#map = map;
    this.#errors = errors;
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
    const near = closestMatch(String(this.#scalar(key)), options);
    return this.#read(
      key,
      (value) => options.find((option) => option === value),
      `takes one of ${options.join(', ')}`,
      near ? `did you mean \`${near}\`?` : '',
    );
  }

  /** A value with its own notation, as text or as a number. @param expects such as "takes a share such as 10%" */
  parsed<T>(key: string, parse: (text: string) => T | undefined, expects: string): T | undefined {
    return this.#read(
      key,
      (value) => (typeof value === 'string' || typeof value === 'number' ? parse(String(value).trim()) : undefined),
      expects,
    );
  }

  #read<T>(key: string, read: (value: unknown) => T | undefined, expects: string, remedy = ''): T | undefined {
    const node = this.#node(key);
    if (node === undefined) return undefined;
    const value = read(this.#scalar(key));
    if (value === undefined) this.#errors.add(node, `\`${key}\` ${expects}, but got ${describeNode(node)}`, remedy);
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

function describeNode(node: Node): string {
  if (isScalar(node)) return JSON.stringify(node.value);
  if (isAlias(node)) return `*${node.source}, which nothing defines before it`;
  return isMap(node) ? 'a mapping' : 'a list';
}
