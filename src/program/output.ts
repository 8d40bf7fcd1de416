/** No caller may keep more of a stream than this, in characters: beyond 2^29 V8 has no strings, and the step would crash. */
export const LARGEST_OUTPUT = 64 * 2 ** 20;

/** As much of an end as tells what went wrong, in characters. */
const END = 64 * 2 ** 10;

/** A line longer than this, in characters, is for no reader. */
const LONGEST_LINE = 256 * 2 ** 10;

/** What is kept of a stream. */
export interface OutputBuffer {
  add(piece: string): void;
  text(): string;
}

/** Keeps everything, and calls back once there is more than `limit`. */
export function keepAll(limit: number, onOverflow: () => void): OutputBuffer {
  let text = '';
  return {
    add(piece) {
      if (text.length > limit) return;
      text += piece;
      if (text.length > limit) onOverflow();
    },
    text: () => text,
  };
}

/** Keeps the end. */
export function keepEnd(): OutputBuffer {
  let text = '';
  return {
    add(piece) {
      text += piece;
      // Cut only now and then: cutting at each piece would copy the whole end again and again.
      if (text.length > 2 * END) text = text.slice(-END);
    },
    text: () => text.slice(-END),
  };
}

/** Gives each line of a stream, without its break, in time that grows with the length of the stream alone. */
export function lineReader(onLine: (line: string) => void): { add(piece: string): void; end(): void } {
  let parts: string[] = [];
  let length = 0;
  const take = (part: string) => {
    if (length < LONGEST_LINE) parts.push(part.slice(0, LONGEST_LINE - length));
    length += part.length;
  };
  const finish = () => {
    const line = parts.join('').replace(/\r$/, '');
    onLine(length > LONGEST_LINE ? `${line} … (${length - LONGEST_LINE} more characters)` : line);
    parts = [];
    length = 0;
  };
  return {
    add(piece) {
      let from = 0;
      for (let end = piece.indexOf('\n'); end !== -1; end = piece.indexOf('\n', from)) {
        take(piece.slice(from, end));
        finish();
        from = end + 1;
      }
      take(piece.slice(from));
    },
    end() {
      if (length > 0) finish();
    },
  };
}
