/**
 * A node of a YAML or JSON document, with its position in the text. Scalars keep their text instead of becoming numbers or dates; aliases
 * stay aliases, so a document with many of them doesn't grow.
 */
export type Node = Scalar | Mapping | List | Alias;

/** Start (inclusive) and end (exclusive) in the text of the document, in UTF-16 units. */
export type TextSpan = readonly [start: number, end: number];

interface Common {
  readonly span: TextSpan;
  /** The name of `&name` before the node. */
  readonly anchor: string | undefined;
  /** An explicit tag, resolved: `tag:yaml.org,2002:str`. */
  readonly tag: string | undefined;
  /** Whether the node is inside `{…}` or `[…]`. */
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
  /** The last node with this anchor before the alias. */
  readonly target: Node | undefined;
}
