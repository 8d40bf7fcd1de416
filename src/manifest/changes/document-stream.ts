import { splitDocuments } from '../syntax/documents.ts';
import type { Parsed, Parser } from '../syntax/parse.ts';
import type { ManifestDocument } from '../syntax/tree.ts';

/** The documents of a file, each parsed when it is first requested: most changes are in few of them. */
export class DocumentStream {
  readonly #parts: readonly (() => Parsed)[];

  constructor(source: string, parser: Parser) {
    this.#parts = splitDocuments(source).map((part) => {
      let parsed: Parsed | undefined;
      return () => {
        parsed ??= parser.parse(part);
        return parsed;
      };
    });
  }

  /** The document with an index, in a list; empty if it doesn't exist or can't be parsed. */
  at(index: number): readonly ManifestDocument[] {
    return this.#parts.slice(index, index + 1).flatMap(documentOf);
  }

  all(): readonly ManifestDocument[] {
    return this.#parts.flatMap(documentOf);
  }

  /** Why the first unreadable document can't be parsed; `undefined` if all can. */
  problem(): string | undefined {
    const index = this.#parts.findIndex((parse) => parse().kind === 'unreadable');
    const broken = this.#parts[index]?.();
    return broken?.kind === 'unreadable' ? `Document ${index + 1} of the file ${broken.reason}.` : undefined;
  }
}

function documentOf(parse: () => Parsed): ManifestDocument[] {
  const parsed = parse();
  return parsed.kind === 'parsed' ? [parsed.document] : [];
}
