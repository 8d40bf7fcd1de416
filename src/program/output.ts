import { StringDecoder } from 'node:string_decoder';
import type { Output } from './result.ts';
import type { LimitExceeded } from './termination.ts';

/** How much of the end of a stream is kept, in characters. */
const TAIL = 64 * 2 ** 10;

/** Text without a line break after which nothing came for this long is a prompt, in ms. */
const PROMPT = 500;

/** Longer lines are truncated, in characters. */
const MAX_LINE = 256 * 2 ** 10;

export interface OutputOptions {
  /** How much of standard output is kept. */
  readonly stdout: 'all' | 'end';
  readonly stderr: 'all' | 'end';
  /** The limit for what is kept of the streams that are kept as a whole, together, in characters. */
  readonly limit: number;
  /** Called with each line of both streams. */
  readonly onLine?: ((line: string) => void) | undefined;
  /** Called with each line of standard error, and with a prompt, which ends without a line break. */
  readonly onErrorLine?: ((line: string) => void) | undefined;
}

export interface OutputCollector {
  readonly add: Readonly<Record<'stdout' | 'stderr', (chunk: Buffer) => void>>;
  /** Resolves once the output exceeds its limit. */
  readonly overflow: Promise<LimitExceeded>;
  /** The limit, if the output has exceeded it. */
  overflowed(): LimitExceeded | undefined;
  /** The size of all output so far, in bytes. */
  received(): number;
  /** What was kept. Call it once, at the end. */
  texts(): Output;
}

/** Collects the output of a program. */
export function collectOutput({ stdout, stderr, limit, onLine, onErrorLine }: OutputOptions): OutputCollector {
  const overflow = Promise.withResolvers<LimitExceeded>();
  let overflowed: LimitExceeded | undefined;
  let received = 0;
  let kept = 0;
  const keepAll = (): OutputBuffer => {
    let text = '';
    return {
      add(chunk) {
        if (overflowed !== undefined) return;
        text += chunk;
        kept += chunk.length;
        if (kept <= limit) return;
        overflowed = { kind: 'too-much-output', characters: limit };
        overflow.resolve(overflowed);
      },
      text: () => text,
    };
  };
  const collect = (keep: 'all' | 'end', lines: LineReader | undefined) => {
    const buffer = keep === 'all' ? keepAll() : keepEnd();
    // A character may be split between two chunks.
    const decoder = new StringDecoder('utf8');
    const addText = (text: string) => {
      buffer.add(text);
      lines?.add(text);
    };
    return {
      add(chunk: Buffer) {
        received += chunk.length;
        addText(decoder.write(chunk));
      },
      finish() {
        addText(decoder.end());
        lines?.end();
        return buffer.text();
      },
    };
  };
  const reader = () => onLine && lineReader(onLine);
  const [out, err] = [collect(stdout, reader()), collect(stderr, onErrorLine ? promptReader(onErrorLine) : reader())];
  return {
    add: { stdout: out.add, stderr: err.add },
    overflow: overflow.promise,
    overflowed: () => overflowed,
    received: () => received,
    texts: () => ({ stdout: out.finish(), stderr: err.finish() }),
  };
}

/** Keeps a stream, or a part of it. */
interface OutputBuffer {
  add(text: string): void;
  text(): string;
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

interface LineReader {
  add(chunk: string): void;
  end(): void;
}

/** Splits a stream into lines and prompts. */
function promptReader(onLine: (line: string) => void): LineReader {
  const lines = lineReader(onLine);
  let timer: NodeJS.Timeout | undefined;
  return {
    add(chunk) {
      clearTimeout(timer);
      lines.add(chunk);
      timer = setTimeout(() => lines.end(), PROMPT).unref();
    },
    end() {
      clearTimeout(timer);
      lines.end();
    },
  };
}

/** Splits a stream into lines, in linear time. */
export function lineReader(onLine: (line: string) => void): LineReader {
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
