/** Fewer nodes than this are always all right, as they are for kubectl (go-yaml, decode.go, alias_ratio_range_low). */
const ALWAYS_ALLOWED = 400_000;

/**
 * Counts the nodes of a document that is visited in order, and those that it would have with each alias written out. A few lines of aliases
 * of aliases can stand for billions of nodes, which nothing that follows aliases survives.
 */
export class Expansion {
  #written = 0;
  #expanded = 0;
  #merged = 0;
  #exceededAt: number | undefined;
  readonly #sizes = new Map<string, { size: number | undefined }>();

  /** Enters a node. @returns what to call after its last child */
  enter(anchor: string | undefined): () => void {
    const before = this.#expanded;
    this.#written++;
    this.#expanded++;
    if (anchor === undefined) return () => {};
    const entry: { size: number | undefined } = { size: undefined };
    this.#sizes.set(anchor, entry);
    return () => {
      entry.size = this.#expanded - before;
    };
  }

  /** Counts an alias. @returns false if it lies inside what it refers to: the document would have no end */
  alias(anchor: string, offset: number, how: 'written-out' | 'merged'): boolean {
    const entry = this.#sizes.get(anchor);
    this.#written++;
    this.#expanded += 1 + (how === 'merged' ? 0 : (entry?.size ?? 0));
    if (this.#expanded > ALWAYS_ALLOWED) this.#exceededAt ??= offset;
    return entry === undefined || entry.size !== undefined;
  }

  /** Counts the keys that a mapping merges. @returns false if all mappings together merge too much */
  merge(keys: number): boolean {
    this.#merged += 1 + keys;
    return this.#merged <= ALWAYS_ALLOWED + 2 * this.#written;
  }

  /** Where the aliases stand for too much, in proportion to what is written; `undefined` if they don't. */
  excess(): number | undefined {
    return this.#expanded > ALWAYS_ALLOWED + 2 * this.#written ? this.#exceededAt : undefined;
  }
}
