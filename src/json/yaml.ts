import type { Alias, Node } from 'yaml';
import { composeYaml } from './compose-yaml.ts';
import type { YamlLibrary } from './yaml-problem.ts';

export type YamlValue =
  /** As of JSON. What several aliases refer to is the same object in each place. */
  | { readonly kind: 'value'; readonly value: unknown }
  | {
      readonly kind: 'unreadable';
      /** The end of a sentence that begins with the text: "is not YAML: …". It may quote the text. */
      readonly reason: string;
      /** From 1. */
      readonly line: number;
      readonly column: number;
    };

/** Reads one YAML document. The work is proportional to the text, whatever its aliases stand for. */
export async function readYaml(text: string): Promise<YamlValue> {
  // Loaded only if there is something to parse.
  const yaml = await import('yaml');
  const composed = composeYaml(yaml, text, { schema: 'core', uniqueKeys: true, merges: false });
  if (composed.kind !== 'composed') {
    const { kind, reason, offset } = composed;
    return unreadable(text, offset, kind === 'syntax' ? `is not YAML: ${reason}` : reason);
  }
  const [document, another] = composed.documents;
  if (another) return unreadable(text, another.range[0], 'has more than one document');
  const values = new PlainValues(yaml, composed.targets);
  const value = values.of(document?.contents);
  if (values.unknown)
    return unreadable(text, values.unknown.range?.[0] ?? 0, `has an alias *${values.unknown.source} of nothing`);
  return { kind: 'value', value };
}

function unreadable(text: string, offset: number, reason: string): YamlValue {
  const before = text.slice(0, offset);
  let line = 1;
  for (let at = before.indexOf('\n'); at >= 0; at = before.indexOf('\n', at + 1)) line++;
  return { kind: 'unreadable', reason, line, column: offset - before.lastIndexOf('\n') };
}

class PlainValues {
  /** The first alias that refers to nothing. */
  unknown: Alias | undefined;
  readonly #yaml: YamlLibrary;
  readonly #targets: ReadonlyMap<Alias, Node>;
  /** The values of nodes with an anchor, which come before their aliases. */
  readonly #shared = new Map<Node, unknown>();

  constructor(yaml: YamlLibrary, targets: ReadonlyMap<Alias, Node>) {
    this.#yaml = yaml;
    this.#targets = targets;
  }

  of(node: unknown): unknown {
    const { isAlias, isNode, isMap, isSeq, isScalar } = this.#yaml;
    if (!isNode(node)) return null;
    if (isAlias(node)) {
      const target = this.#targets.get(node);
      if (!target) this.unknown ??= node;
      return target && this.#shared.get(target);
    }
    const value = isMap(node)
      ? Object.fromEntries(node.items.map(({ key, value }) => [this.#key(key), this.of(value)]))
      : isSeq(node)
        ? node.items.map((item) => this.of(item))
        : isScalar(node)
          ? node.value
          : null;
    if (node.anchor !== undefined) this.#shared.set(node, value);
    return value;
  }

  #key(node: unknown): string {
    const value = this.of(node) ?? '';
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  }
}
