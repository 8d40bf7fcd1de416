import { basename } from 'node:path';

/** What is kept of the lines: the first ones, which name the cause, and the last ones. */
const KEPT = { first: 200, last: 200 };
/** Lines that are shown as they come. A plugin may write for ever. */
const MAX_SHOWN = 200;
/** In characters. */
const MAX_LINE = 2000;
/** Lines that an error quotes. */
const MAX_QUOTED = 12;
/** Lines of a private key that are shown together, so that it is recognized as one. */
const MAX_KEY_LINES = 100;

/** Lines by which a program says what went wrong: `ERROR: …`, klog's `F0313 …]`, `KeyError: …`, `level=error`. The best kind first. */
const CAUSES: readonly RegExp[] = [
  /^\s*(?:\[?(?:error|fatal|panic|critical)\b|[EF]\d{4} \d|[\w.]*(?:Error|Exception)\b\s*[:(]|.{0,64}\blevel=(?:error|fatal)\b)/i,
  /\b(?:error|errors|fail(?:ed|ure|s)?|denied|forbidden|unauthorized|unauthenticated|expired|invalid|refused|unable|can(?:'t|not)|could not|couldn't|must|not (?:found|exist|logged|set|installed)|no such|missing|please run)\b/i,
];
const HARMLESS = /^\s*\[?(?:warn(?:ing)?|info|debug|note)\b|^[WI]\d{4} \d/i;

interface Options {
  readonly command: string;
  /** Gets each line, after the name of the program. */
  readonly show: (text: string) => void;
  /** Hides credentials. */
  readonly redact: (text: string) => string;
}

/** What an exec plugin writes to standard error. It is shown at once: a plugin may ask a person to log in. */
export class PluginOutput {
  readonly #first: string[] = [];
  readonly #last: string[] = [];
  readonly #options: Options;
  #pending: string[] = [];
  #shown = 0;
  #left = 0;

  constructor(options: Options) {
    this.#options = options;
  }

  get isEmpty(): boolean {
    return this.#first.length === 0;
  }

  readonly add = (whole: string): void => {
    const line = whole.length > MAX_LINE ? `${whole.slice(0, MAX_LINE)} …` : whole;
    this.#keep(line);
    this.#pending.push(line);
    const text = this.#pending.join('\n');
    const isInKey = text.lastIndexOf('-----BEGIN') > text.lastIndexOf('-----END');
    if (!isInKey || this.#pending.length >= MAX_KEY_LINES) this.#showPending();
  };

  /** Nothing more comes. */
  end(): void {
    if (this.#pending.length > 0) this.#showPending();
  }

  /** The line that names the cause of a failure; else the last line. */
  get cause(): string | undefined {
    return this.#causeIn(this.#lines())?.trim();
  }

  /** Lines from the cause on, without those that the cause says itself; none if there is nothing but the cause. */
  get linesAfterCause(): readonly string[] {
    const lines = this.#lines();
    const cause = this.#causeIn(lines);
    const after = cause === undefined ? [] : lines.slice(lines.indexOf(cause) + 1);
    return after.slice(0, MAX_QUOTED);
  }

  /** The last lines, for a program that has not ended. */
  get lastLines(): readonly string[] {
    return this.#lines().slice(-MAX_QUOTED);
  }

  #lines(): readonly string[] {
    const gap = this.#left > 0 ? [`… (${this.#left} more lines)`] : [];
    const text = [...this.#first, ...gap, ...this.#last].join('\n');
    return this.#options
      .redact(text)
      .split('\n')
      .filter((line) => line.trim() !== '');
  }

  #causeIn(lines: readonly string[]): string | undefined {
    const candidates = lines.filter((line) => !HARMLESS.test(line));
    for (const cause of CAUSES) {
      const found = candidates.find((line) => cause.test(line));
      if (found !== undefined) return found;
    }
    return lines.at(-1);
  }

  #keep(line: string): void {
    if (this.#first.length < KEPT.first) this.#first.push(line);
    else this.#last.push(line);
    if (this.#last.length <= KEPT.last) return;
    this.#last.shift();
    this.#left += 1;
  }

  #showPending(): void {
    const { command, show, redact } = this.#options;
    const lines = redact(this.#pending.join('\n')).split('\n');
    this.#pending = [];
    if (this.#shown >= MAX_SHOWN) return;
    this.#shown += lines.length;
    const more = this.#shown >= MAX_SHOWN ? ['… (more lines are not shown)'] : [];
    show([...lines, ...more].map((line) => `${basename(command)}: ${line}`).join('\n'));
  }
}
