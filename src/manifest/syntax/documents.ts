/** One document of a YAML stream, as text. */
export interface DocumentText {
  /** From 0. */
  readonly index: number;
  readonly text: string;
  /** Where it starts in the stream, in UTF-16 units. */
  readonly offset: number;
}

const MARKER = /^(?:---|\.\.\.)(?=[ \t\r\n]|$)/gm;

/**
 * Splits a YAML stream into its documents without parsing it. `---` and `...` at the start of a line end a document everywhere, even inside
 * quotes and block scalars (YAML 1.2.2, 9.1.2 and rule c-forbidden). Directives and comments before a `---` belong to the document that it
 * starts. The parts joined are the stream again.
 */
export function splitDocuments(stream: string): DocumentText[] {
  const starts = [0];
  let pending: number | undefined = 0;
  for (const { 0: marker, index } of stream.matchAll(MARKER)) {
    if (marker === '...') {
      pending = lineEnd(stream, index);
      continue;
    }
    const start: number = pending !== undefined && isPrologue(stream.slice(pending, index)) ? pending : index;
    if (start > 0 && starts.at(-1) !== start) {
      if (pending !== undefined && pending > 0 && start !== pending && starts.at(-1) !== pending) starts.push(pending);
      starts.push(start);
    }
    pending = undefined;
  }
  if (pending !== undefined && pending > 0 && !isPrologue(stream.slice(pending)) && starts.at(-1) !== pending)
    starts.push(pending);
  return starts.map((offset, index) => ({ index, offset, text: stream.slice(offset, starts[index + 1]) }));
}

/** Whether a text has only what may precede a `---`: directives, comments, blank lines, a byte order mark. */
function isPrologue(text: string): boolean {
  return /^\ufeff?(?:[ \t]*(?:#.*)?\r?\n|%.*\r?\n|[ \t]*$)*$/.test(text);
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end + 1;
}
