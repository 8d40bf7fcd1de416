import type { Alias, Node, Pair, YAMLMap } from 'yaml';
import { Expansion } from './expansion.ts';
import { MAX_YAML_DEPTH, tooDeep, type YamlLibrary, type YamlProblem } from './yaml-problem.ts';

interface WalkOptions {
  readonly uniqueKeys: boolean;
  readonly merges: boolean;
}

/** Visits every node of documents once, in the order of the text: finds what aliases refer to, and what no reader could take. */
export class YamlWalk {
  readonly targets = new Map<Alias, Node>();
  problem: YamlProblem | undefined;
  readonly #yaml: YamlLibrary;
  readonly #options: WalkOptions;
  readonly #anchored = new Map<string, Node>();
  /** The mappings that a mapping merges. */
  readonly #sources = new Map<Node, readonly Node[]>();
  #expansion = new Expansion();
  #depth = 0;

  constructor(yaml: YamlLibrary, options: WalkOptions) {
    this.#yaml = yaml;
    this.#options = options;
  }

  document(contents: unknown): void {
    this.#anchored.clear();
    this.#expansion = new Expansion();
    this.#visit(contents);
    const excess = this.#expansion.excess();
    if (excess !== undefined) this.#fail(growing(excess));
  }

  #visit(node: unknown): void {
    const { isAlias, isNode, isPair, isMap, isSeq } = this.#yaml;
    if (isPair(node)) this.#pair(node);
    if (!isNode(node) || this.problem) return;
    const offset = node.range?.[0] ?? 0;
    if (isAlias(node)) {
      this.#alias(node, 'written-out');
      return;
    }
    if (this.#depth === MAX_YAML_DEPTH) {
      this.#fail(tooDeep(offset));
      return;
    }
    this.#depth++;
    if (node.anchor !== undefined) this.#anchored.set(node.anchor, node);
    const leave = this.#expansion.enter(node.anchor);
    if (isMap(node)) this.#mapping(node);
    if (isSeq(node)) for (const item of node.items) this.#visit(item);
    leave();
    this.#depth--;
  }

  #pair({ key, value }: Pair): void {
    this.#visit(key);
    this.#visit(value);
  }

  #mapping(mapping: YAMLMap): void {
    const { isScalar } = this.#yaml;
    if (this.#options.uniqueKeys) this.#requireUnique(mapping.items);
    for (const pair of mapping.items) {
      const isMerge = this.#options.merges && isScalar(pair.key) && pair.key.value === '<<';
      if (isMerge) this.#merge(mapping, pair.value);
      else this.#pair(pair);
    }
  }

  /** The sources of a merge are not written out: what merges them visits each once. */
  #merge(mapping: YAMLMap, value: unknown): void {
    const { isAlias, isMap, isSeq } = this.#yaml;
    const sources = (isSeq(value) && value.anchor === undefined ? value.items : [value]).flatMap((source) => {
      if (isAlias(source)) this.#alias(source, 'merged');
      else this.#visit(source);
      return isAlias(source) ? (this.targets.get(source) ?? []) : isMap(source) ? source : [];
    });
    this.#sources.set(mapping, [...(this.#sources.get(mapping) ?? []), ...sources]);
    const seen = new Set<Node>([mapping]);
    const open = [...sources];
    for (let source = open.pop(); source !== undefined; source = open.pop()) {
      if (seen.has(source)) continue;
      seen.add(source);
      if (!this.#expansion.merge(isMap(source) ? source.items.length : 1)) {
        this.#fail(growing(mapping.range?.[0] ?? 0));
        return;
      }
      for (const further of this.#sources.get(source) ?? []) open.push(further);
    }
  }

  #alias(alias: Alias, how: 'written-out' | 'merged'): void {
    const target = this.#anchored.get(alias.source);
    if (target) this.targets.set(alias, target);
    const offset = alias.range?.[0] ?? 0;
    if (!this.#expansion.alias(alias.source, offset, how))
      this.#fail({ kind: 'aliases', reason: `has an alias *${alias.source} inside what it refers to`, offset });
  }

  #requireUnique(pairs: readonly Pair[]): void {
    const { isScalar } = this.#yaml;
    const seen = new Set<unknown>();
    for (const { key } of pairs) {
      if (!isScalar(key)) continue;
      if (seen.has(key.value))
        this.#fail({ kind: 'duplicate-key', reason: `has the key ${key.value} twice`, offset: key.range?.[0] ?? 0 });
      seen.add(key.value);
    }
  }

  #fail(problem: YamlProblem): void {
    this.problem ??= problem;
  }
}

function growing(offset: number): YamlProblem {
  return {
    kind: 'aliases',
    reason: 'has aliases that stand for far more than is written; write out what they need of it',
    offset,
  };
}
