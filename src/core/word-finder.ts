/** A word, and whether the characters next to it belong to it as well. */
export interface Word {
  readonly text: string;
  /** Base64 only: the character before (after) it holds some bits of it. */
  readonly sharesStart?: boolean;
  readonly sharesEnd?: boolean;
}

/** A place where a word ends in a text. */
export interface WordMatch {
  readonly start: number;
  readonly end: number;
  readonly sharesStart: boolean;
  readonly sharesEnd: boolean;
}

/** A start of words. A map of the next nodes would cost much memory: almost every node has only one. */
interface Node {
  /** The last character. */
  readonly unit: number;
  /** The starts that are longer by one character: the first of them, and the next one of the same length. */
  child: Node | undefined;
  readonly sibling: Node | undefined;
  /** The node of the longest proper suffix that is also the start of a word. */
  suffix: Node | undefined;
  /** The longest word that ends here. */
  word: Word | undefined;
}

/**
 * Finds many words in a text at once, in time that is linear in the text whatever the words are (Aho and Corasick, 1975).
 * One search per word would take quadratic time for texts such as `aaaa…`.
 */
export class WordFinder {
  readonly #root = newNode(-1, undefined);
  /** The children of the root, which has many. */
  readonly #first = new Map<number, Node>();

  constructor(words: Iterable<Word>) {
    for (const word of words) this.#add(word);
    this.#linkSuffixes();
  }

  /** For each place where words end, the longest one of them. */
  find(text: string): WordMatch[] {
    const matches: WordMatch[] = [];
    let node = this.#root;
    for (let at = 0; at < text.length; at++) {
      node = this.#next(node, text.charCodeAt(at));
      const { word } = node;
      if (word)
        matches.push({
          start: at + 1 - word.text.length,
          end: at + 1,
          sharesStart: word.sharesStart ?? false,
          sharesEnd: word.sharesEnd ?? false,
        });
    }
    return matches;
  }

  /** The node of the longest start of a word that ends with this character. */
  #next(from: Node, unit: number): Node {
    for (let node: Node | undefined = from; node; node = node.suffix) {
      const child = this.#child(node, unit);
      if (child) return child;
    }
    return this.#root;
  }

  #child(node: Node, unit: number): Node | undefined {
    if (node === this.#root) return this.#first.get(unit);
    let child = node.child;
    while (child && child.unit !== unit) child = child.sibling;
    return child;
  }

  #add(word: Word): void {
    let node = this.#root;
    for (let at = 0; at < word.text.length; at++) {
      const unit = word.text.charCodeAt(at);
      let child = this.#child(node, unit);
      if (!child) {
        child = newNode(unit, node.child);
        node.child = child;
        if (node === this.#root) this.#first.set(unit, child);
      }
      node = child;
    }
    node.word ??= word;
  }

  /** Level by level: the suffix of a node is shorter, so it is linked already. */
  #linkSuffixes(): void {
    const queue = [this.#root];
    for (const node of queue)
      for (let child = node.child; child; child = child.sibling) {
        child.suffix = node.suffix ? this.#next(node.suffix, child.unit) : this.#root;
        child.word ??= child.suffix.word;
        queue.push(child);
      }
  }
}

function newNode(unit: number, sibling: Node | undefined): Node {
  return { unit, sibling, child: undefined, suffix: undefined, word: undefined };
}
