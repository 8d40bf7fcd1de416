/**
 * A manifest as its image fields are looked for: the nodes of one YAML or JSON document with the places where they stand.
 * Values are the texts of scalars, never numbers or dates, and aliases stay aliases, so nothing grows and no meaning is lost.
 */
export type Node = Scalar | Mapping | List | Alias;

/** Start (inclusive) and end (exclusive) in the text of the document, in UTF-16 units as JavaScript counts. */
export type TextSpan = readonly [start: number, end: number];

interface Common {
  readonly span: TextSpan;
  /** Written before the node: `&name`. */
  readonly anchor: string | undefined;
  /** An explicit tag, resolved: `tag:yaml.org,2002:str`. */
  readonly tag: string | undefined;
  /** Stands inside `{…}` or `[…]`. */
  readonly inFlow: boolean;
}

export interface Scalar extends Common {
  readonly kind: 'scalar';
  readonly text: string;
  readonly style: 'plain' | 'single' | 'double' | 'literal' | 'folded';
}

export interface Pair {
  readonly key: Node;
  readonly value: Node;
}

export interface Mapping extends Common {
  readonly kind: 'mapping';
  readonly flow: boolean;
  readonly pairs: readonly Pair[];
}

export interface List extends Common {
  readonly kind: 'list';
  readonly flow: boolean;
  readonly items: readonly Node[];
}

export interface Alias extends Common {
  readonly kind: 'alias';
  readonly name: string;
  /** The node that was last anchored under this name before the alias. */
  readonly target: Node | undefined;
}
