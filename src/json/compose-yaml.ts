import type { Alias, Document, Node } from 'yaml';
import { Expansion } from './expansion.ts';

/** The package `yaml`: what needs it loads it. */
export type YamlLibrary = typeof import('yaml');

/** The maximum nesting, which recursion over a tree relies on. Nobody writes such a document. */
export const MAX_YAML_DEPTH = 1000;

export type ComposedYaml =
  | {
      readonly kind: 'composed';
      readonly documents: readonly Document.Parsed[];
      /** What each alias refers to: the last node with its anchor before it. An alias of nothing isn't here. */
      readonly targets: ReadonlyMap<Alias, Node>;
    }
  | YamlProblem;

/** Why a text can't be used. */
export interface YamlProblem {
  readonly kind: 'syntax' | 'too-deep' | 'aliases' | 'duplicate-key';
  /** For `syntax` the message of the library; otherwise the end of a sentence that begins with the document. */
  readonly reason: string;
  /** In UTF-16 units. */
  readonly offset: number;
}

interface ComposeOptions {
  /** `failsafe`: every scalar stays text. */
  readonly schema: 'core' | 'failsafe';
  readonly uniqueKeys: boolean;
}

/**
 * Parses YAML with the library, safely: hostile texts make it take quadratic time (keys), overflow the stack (nesting), or refuse what is
 * harmless (100 aliases). Here the work is proportional to the text, and so is what the aliases of the result stand for.
 */
export function composeYaml(yaml: YamlLibrary, text: string, options: ComposeOptions): ComposedYaml {
  const documents = withoutStackTraces(() => documentsOf(yaml, text, options));
  if (documents === undefined) return tooDeep(0);
  const error = documents.flatMap(({ errors }) => errors)[0];
  if (error?.code === 'RESOURCE_EXHAUSTION') return tooDeep(error.pos[0]);
  if (error) return { kind: 'syntax', reason: error.message, offset: error.pos[0] };
  const walk = new Walk(yaml, options.uniqueKeys);
  for (const { contents } of documents) walk.document(contents);
  return walk.problem ?? { kind: 'composed', documents, targets: walk.targets };
}

function tooDeep(offset: number): YamlProblem {
  return { kind: 'too-deep', reason: 'is nested too deeply', offset };
}

/** `undefined` if the text is nested too deeply: the library would go on, and overflow the stack in the end. */
function documentsOf(yaml: YamlLibrary, text: string, { schema }: ComposeOptions): Document.Parsed[] | undefined {
  const parser = new yaml.Parser();
  const composer = new yaml.Composer({ schema, uniqueKeys: false, prettyErrors: false, logLevel: 'error' });
  const documents: Document.Parsed[] = [];
  for (const lexeme of new yaml.Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) documents.push(...composer.next(token));
    if (parser.stack.length > MAX_YAML_DEPTH) return undefined;
  }
  for (const token of parser.end()) documents.push(...composer.next(token));
  documents.push(...composer.end(false, text.length));
  return documents;
}

/** The library makes an error of each fault of a text. With stack traces, a text full of faults takes ten times as long. */
function withoutStackTraces<T>(run: () => T): T {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return run();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/** Visits every node once, in the order of the text. */
class Walk {
  readonly targets = new Map<Alias, Node>();
  problem: YamlProblem | undefined;
  readonly #yaml: YamlLibrary;
  readonly #uniqueKeys: boolean;
  readonly #anchored = new Map<string, Node>();
  #expansion = new Expansion();
  #depth = 0;

  constructor(yaml: YamlLibrary, uniqueKeys: boolean) {
    this.#yaml = yaml;
    this.#uniqueKeys = uniqueKeys;
  }

  document(contents: unknown): void {
    this.#anchored.clear();
    this.#expansion = new Expansion();
    this.#visit(contents);
    const at = this.#expansion.excess();
    if (at !== undefined)
      this.#fail({
        kind: 'aliases',
        reason: 'refers to its own parts so often that it grows without bound',
        offset: at,
      });
  }

  #visit(node: unknown): void {
    const { isAlias, isNode, isPair, isMap, isSeq } = this.#yaml;
    if (isPair(node)) {
      this.#visit(node.key);
      this.#visit(node.value);
    }
    if (!isNode(node) || this.problem) return;
    const offset = node.range?.[0] ?? 0;
    if (isAlias(node)) {
      this.#alias(node, offset);
      return;
    }
    if (this.#depth === MAX_YAML_DEPTH) {
      this.#fail(tooDeep(offset));
      return;
    }
    this.#depth++;
    if (node.anchor !== undefined) this.#anchored.set(node.anchor, node);
    const leave = this.#expansion.enter(node.anchor);
    if (isMap(node) && this.#uniqueKeys) this.#requireUnique(node.items);
    if (isMap(node) || isSeq(node)) for (const item of node.items) this.#visit(item);
    leave();
    this.#depth--;
  }

  #alias(alias: Alias, offset: number): void {
    const target = this.#anchored.get(alias.source);
    if (target) this.targets.set(alias, target);
    if (!this.#expansion.alias(alias.source, offset))
      this.#fail({ kind: 'aliases', reason: `has an alias *${alias.source} inside what it refers to`, offset });
  }

  #requireUnique(pairs: readonly { readonly key: unknown }[]): void {
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
