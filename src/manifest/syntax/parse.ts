import type { Node as YamlNode } from 'yaml';
import { composeYaml } from '../../json/compose-yaml.ts';
import type { YamlLibrary } from '../../json/yaml-problem.ts';
import type { DocumentText } from './documents.ts';
import { lineIndex } from './lines.ts';
import type { Alias, Node, Pair, Scalar } from './node.ts';
import { quickJson } from './quick-json.ts';
import { quickParse } from './quick-parse.ts';
import type { ManifestDocument } from './tree.ts';

export type Parsed =
  | { readonly kind: 'parsed'; readonly document: ManifestDocument }
  | {
      readonly kind: 'unreadable';
      /** The end of a sentence that begins with the document: "is not valid YAML: …". */
      readonly reason: string;
      /** In the text of the document. */
      readonly offset: number;
    };

/** Parses the text of a document. */
export interface Parser {
  /** @param holder the block scalar that contains the text, if one does. */
  parse(part: DocumentText, holder?: ManifestDocument['holder']): Parsed;
}

/** Larger JSON is kept in part. */
const LARGE_JSON = 1_000_000;

/**
 * The parser for manifests. Only runs that have something to parse load it.
 * @param hints of large JSON, list items without any of these texts keep only their scalars: what is searched is not in them.
 */
export async function loadParser(hints?: TextHints): Promise<Parser> {
  const library = await loadYamlParser();
  return { parse: (part, holder) => quickly(part, holder, hints) ?? library.parse(part, holder) };
}

/** Finds texts. */
export interface TextHints {
  /** Where the texts may be in another text, ascending; `undefined` if they may be anywhere, because escapes hide them. */
  placesIn(text: string): readonly number[] | undefined;
}

/** The YAML library alone: it parses everything, and says what is wrong with a text that isn't YAML. */
export async function loadYamlParser(): Promise<Parser> {
  const yaml = await import('yaml');
  return { parse: (part, holder) => parseText(yaml, part, holder) };
}

function quickly(
  { index, text, offset }: DocumentText,
  holder: ManifestDocument['holder'],
  hints: TextHints | undefined,
): Parsed | undefined {
  const places = text.length > LARGE_JSON ? hints?.placesIn(text) : undefined;
  const json = quickJson(text, places && ((start, end) => (places[lineIndex(places, start - 1) + 1] ?? end) < end));
  if (json)
    return { kind: 'parsed', document: { index, text, offset, root: json, shared: new Set(), json: true, holder } };
  const root = quickParse(text);
  return root && { kind: 'parsed', document: { index, text, offset, root, shared: new Set(), json: false, holder } };
}

function parseText(
  yaml: YamlLibrary,
  { index, text, offset }: DocumentText,
  holder: ManifestDocument['holder'],
): Parsed {
  const composed = composeYaml(yaml, text, { schema: 'failsafe', uniqueKeys: false, merges: true });
  if (composed.kind !== 'composed') {
    const reason = composed.kind === 'syntax' ? `is not valid YAML: ${composed.reason}` : composed.reason;
    return { kind: 'unreadable', reason, offset: composed.offset };
  }
  const { documents } = composed;
  if (documents.length > 1) return { kind: 'unreadable', reason: 'is not one YAML document', offset: 0 };
  const builder = new NodeBuilder(yaml, text);
  const contents = documents[0]?.contents;
  const root = contents ? builder.build(contents, false) : undefined;
  return {
    kind: 'parsed',
    document: { index, text, offset, root, shared: builder.shared, json: isJson(text), holder },
  };
}

function isJson(text: string): boolean {
  if (!/^\s*[{[]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Converts the library's nodes. */
class NodeBuilder {
  readonly shared = new Set<Node>();
  readonly #anchored = new Map<string, Node>();
  readonly #yaml: YamlLibrary;
  readonly #text: string;

  constructor(yaml: YamlLibrary, text: string) {
    this.#yaml = yaml;
    this.#text = text;
  }

  build(node: YamlNode, inFlow: boolean): Node {
    const [start, end] = node.range ?? [0, 0];
    const { isAlias, isMap, isSeq, isScalar } = this.#yaml;
    const anchor = !isAlias(node) ? node.anchor : undefined;
    const common = { span: [start, end] as const, anchor, tag: node.tag, inFlow };
    if (isAlias(node)) {
      const target = this.#anchored.get(node.source);
      if (target) this.shared.add(target);
      return { ...common, kind: 'alias', name: node.source, target } satisfies Alias;
    }
    if (isMap(node)) {
      const pairs: Pair[] = [];
      const flow = node.flow === true;
      const mapping = this.#register({ ...common, kind: 'mapping', flow, pairs });
      for (const { key, value } of node.items) {
        const builtKey = this.#child(key, flow || inFlow, end);
        pairs.push({ key: builtKey, value: this.#withPosition(this.#child(value, flow || inFlow, end), builtKey) });
      }
      return mapping;
    }
    if (isSeq(node)) {
      const list: Node[] = [];
      const flow = node.flow === true;
      const built = this.#register({ ...common, kind: 'list', flow, items: list });
      for (const item of node.items) list.push(this.#child(item, flow || inFlow, end));
      return built;
    }
    const text = isScalar(node) && typeof node.value === 'string' ? node.value : '';
    return this.#register({ ...common, kind: 'scalar', text, style: styleOf(isScalar(node) ? node.type : undefined) });
  }

  #child(node: unknown, inFlow: boolean, end: number): Node {
    const { isNode, isPair } = this.#yaml;
    if (isNode(node)) return this.build(node, inFlow);
    if (isPair(node)) {
      // `[key: value]` in a flow list: a mapping of one pair.
      const pairs = [{ key: this.#child(node.key, true, end), value: this.#child(node.value, true, end) }];
      return { kind: 'mapping', flow: true, pairs, span: [end, end], anchor: undefined, tag: undefined, inFlow };
    }
    return { kind: 'scalar', text: '', style: 'plain', span: [end, end], anchor: undefined, tag: undefined, inFlow };
  }

  /** Moves an empty value right after its colon; the library places it after the comment that may follow. */
  #withPosition(value: Node, key: Node): Node {
    if (value.kind !== 'scalar' || value.span[0] !== value.span[1] || value.anchor || value.tag) return value;
    const colon = this.#text.indexOf(':', key.span[1]);
    const between = colon < 0 ? '' : this.#text.slice(key.span[1], colon);
    return colon >= 0 && colon < value.span[0] && between.trim() === ''
      ? { ...value, span: [colon + 1, colon + 1] }
      : value;
  }

  #register<T extends Node>(node: T): T {
    if (node.anchor !== undefined) this.#anchored.set(node.anchor, node);
    return node;
  }
}

function styleOf(type: string | null | undefined): Scalar['style'] {
  switch (type) {
    case 'QUOTE_SINGLE':
      return 'single';
    case 'QUOTE_DOUBLE':
      return 'double';
    case 'BLOCK_LITERAL':
      return 'literal';
    case 'BLOCK_FOLDED':
      return 'folded';
    default:
      return 'plain';
  }
}
