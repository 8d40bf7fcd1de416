/** Tells, without parsing, whether offsets of a text are in comments. Offsets must ascend, so that the text is read once. */
export class CommentScanner {
  readonly #text: string;
  #at = 0;
  #quote = '';
  #inComment = false;

  constructor(text: string) {
    this.#text = text;
  }

  /** A `#` at the start of a line or after white space begins a comment, unless a quote is open on the line. */
  isComment(offset: number): boolean {
    for (; this.#at < offset; this.#at++) {
      const sign = this.#text[this.#at];
      if (sign === '\n') {
        this.#quote = '';
        this.#inComment = false;
      } else if (this.#inComment) continue;
      else if (this.#quote !== '') {
        if (sign === '\\' && this.#quote === '"') this.#at++;
        else if (sign === this.#quote) this.#quote = '';
      } else if ((sign === '"' || sign === "'") && this.#isStart(/[\s[{(,:=]/)) this.#quote = sign;
      else if (sign === '#' && this.#isStart(/\s/)) this.#inComment = true;
    }
    return this.#inComment;
  }

  #isStart(before: RegExp): boolean {
    return this.#at === 0 || before.test(this.#text[this.#at - 1] ?? '');
  }
}
