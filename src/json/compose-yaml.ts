import type { Alias, Document, Node } from 'yaml';
import { MAX_YAML_DEPTH, tooDeep, type YamlLibrary, type YamlProblem } from './yaml-problem.ts';
import { YamlWalk } from './yaml-walk.ts';

export type ComposedYaml =
  | {
      readonly kind: 'composed';
      readonly documents: readonly Document.Parsed[];
      /** What each alias refers to: the last node with its anchor before it. An alias of nothing isn't here. */
      readonly targets: ReadonlyMap<Alias, Node>;
    }
  | YamlProblem;

interface ComposeOptions {
  /** `failsafe`: every scalar stays text. */
  readonly schema: 'core' | 'failsafe';
  readonly uniqueKeys: boolean;
  /** Whether the caller resolves merge keys (`<<`), each mapping once. For others they are keys like any other. */
  readonly merges: boolean;
}

/**
 * Parses YAML with the library, safely: hostile texts make it take quadratic time (keys), overflow the stack (nesting), or refuse what is
 * harmless (100 aliases). Here the work is proportional to the text, and so is what the aliases of the result stand for.
 */
export function composeYaml(yaml: YamlLibrary, text: string, options: ComposeOptions): ComposedYaml {
  const documents = withoutStackTraces(() => documentsOf(yaml, text, options));
  if (!Array.isArray(documents)) return documents;
  const error = documents.flatMap(({ errors }) => errors)[0];
  if (error?.code === 'RESOURCE_EXHAUSTION') return tooDeep(error.pos[0]);
  if (error) return { kind: 'syntax', reason: error.message, offset: error.pos[0] };
  const walk = new YamlWalk(yaml, options);
  for (const { contents } of documents) walk.document(contents);
  return walk.problem ?? { kind: 'composed', documents, targets: walk.targets };
}

/** What can be read of a text that may be broken: for readers that look for something in it, such as secrets. */
export function composeBrokenYaml(
  yaml: YamlLibrary,
  text: string,
): Pick<Extract<ComposedYaml, { kind: 'composed' }>, 'documents' | 'targets'> {
  const documents = withoutStackTraces(() => documentsOf(yaml, text, { schema: 'core' }));
  const walk = new YamlWalk(yaml, { uniqueKeys: false, merges: false });
  if (!Array.isArray(documents)) return { documents: [], targets: walk.targets };
  for (const { contents } of documents) walk.document(contents);
  return { documents, targets: walk.targets };
}

/** Stops where the text is nested too deeply: the library would go on, and overflow the stack in the end. */
function documentsOf(
  yaml: YamlLibrary,
  text: string,
  { schema }: Pick<ComposeOptions, 'schema'>,
): Document.Parsed[] | YamlProblem {
  const parser = new yaml.Parser();
  const composer = new yaml.Composer({ schema, uniqueKeys: false, prettyErrors: false, logLevel: 'error' });
  const documents: Document.Parsed[] = [];
  for (const lexeme of new yaml.Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) for (const document of composer.next(token)) documents.push(document);
    if (parser.stack.length > MAX_YAML_DEPTH) return tooDeep(parser.offset);
  }
  for (const token of parser.end()) for (const document of composer.next(token)) documents.push(document);
  for (const document of composer.end(false, text.length)) documents.push(document);
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
