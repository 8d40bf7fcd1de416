import type { ImageReference } from '../../image/reference.ts';
import { parseEmbedded } from '../syntax/embedded.ts';
import type { Parser } from '../syntax/parse.ts';
import type { Cursor, ManifestDocument } from '../syntax/tree.ts';
import type { ImageField } from './field.ts';

/** Finds the image fields of one kind. */
export interface Finder {
  readonly name: string;
  /** Yields each field once. */
  find(document: ManifestDocument, context: FinderContext): Iterable<ImageField>;
}

/** A finder that users select by name. A new one is a file in `finders/` and an entry of the list in `finders/finders.ts`. */
export interface RegisteredFinder<Name extends string = string> extends Finder {
  readonly name: Name;
  /** The places that it finds, in Markdown, for the table of the documentation. */
  readonly describe: string;
  /** Every document with such a field contains one of these texts; documents without any aren't parsed. */
  readonly keywords: readonly string[];
}

export function defineFinder<const Name extends string>(finder: RegisteredFinder<Name>): RegisteredFinder<Name> {
  return finder;
}

export interface FinderContext {
  /** The file's path, with `/`. */
  readonly file: string;
  readonly parser: Parser;
  /** Whether to search block scalars whose text is YAML. */
  readonly embedded: boolean;
  /** Whether a value that aliases or merge keys share counts once for each place, instead of once. */
  readonly distinctAliases: boolean;
  /** The images of Flux's image policies. */
  readonly policies: ReadonlyMap<string, ImageReference>;
}

/** The YAML in a literal block scalar; `undefined` if it isn't YAML, or if such texts aren't searched. */
export function embeddedYaml(cursor: Cursor | undefined, { parser, embedded }: FinderContext): Cursor | undefined {
  return embedded ? parseEmbedded(cursor, parser) : undefined;
}
