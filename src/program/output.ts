/** The limit for output that is kept as a whole, in characters. A longer string than 2^29 would crash the process. */
export const MAX_OUTPUT = 64 * 2 ** 20;

/** How much of the end of a stream is kept, in characters. */
const TAIL = 64 * 2 ** 10;

/** Longer lines are truncated, in characters. */
const MAX_LINE = 256 * 2 ** 10;

/** Keeps the output of a stream, or a part of it. */
export interface OutputBuffer {
  add(chunk: string): void;
  text(): string;
}

/** Keeps everything, and calls back when the output exceeds `limit`. */
export function keepAll(limit: number, onOverflow: () => void): OutputBuffer {
  let text = '';
  return {
    add(chunk) {
      if (text.length > limit) return;
      text += chunk;
      if (text.length > limit) onOverflow();
    },
    text: () => text,
  };
}

/** Keeps the end of the output. */
export function keepEnd(): OutputBuffer {
  let text = '';
  return {
    add(chunk) {
      text += chunk;
      // Not after each chunk: that would copy the whole tail every time.
      if (text.length > 2 * TAIL) text = text.slice(-TAIL);
    },
    text: () => text.slice(-TAIL),
  };
}

/** Splits a stream into lines, in linear time. */
export function lineReader(onLine: (line: string) => void): { add(chunk: string): void; end(): void } {
  let parts: string[] = [];
  let length = 0;
  const append = (part: string) => {
    if (length < MAX_LINE) parts.push(part.slice(0, MAX_LINE - length));
    length += part.length;
  };
  const finish = () => {
    const line = parts.join('').replace(/\r$/, '');
    onLine(length > MAX_LINE ? `${line} … (${length - MAX_LINE} more characters)` : line);
    parts = [];
    length = 0;
  };
  return {
    add(chunk) {
      let from = 0;
      for (let end = chunk.indexOf('\n'); end !== -1; end = chunk.indexOf('\n', from)) {
        append(chunk.slice(from, end));
        finish();
        from = end + 1;
      }
      append(chunk.slice(from));
    },
    end() {
      if (length > 0) finish();
    },
  };
}
