import { isObject, parseJson } from '../json/json.ts';
import { decodedViews, formViews, unwrapped, withoutPluses } from './decoded-views.ts';
import { redactCredentials } from './find-credentials.ts';
import { hideRanges, type Range } from './ranges.ts';
import { rareForms, secretForms } from './secret-forms.ts';
import { type Word, WordFinder, type WordMatch } from './word-finder.ts';

/** Masking these would hide ordinary words and protect nothing. */
const SHORTEST = 4;
const ORDINARY = /^(?:true|false|null|none|default)$/i;

/** Shorter words are not looked for across line breaks: two ordinary lines may contain them. */
const SHORTEST_WRAPPED = 16;

/**
 * The secrets of the process. The runner masks them in the log; everything else that an action writes, such as outputs and the summary,
 * is redacted here, because `@actions/core` writes it as it is.
 */
export class Secrets {
  readonly #masked = new Set<string>();
  readonly #words = new Map<string, Word>();
  #finder: WordFinder | undefined;
  readonly #mask: (value: string) => void;

  /** @param mask makes the runner mask a value (`::add-mask::`). */
  constructor(mask: (value: string) => void = () => {}) {
    this.#mask = mask;
  }

  /**
   * Registers a secret, each of its lines, and its Base64 form, which Basic credentials and kubeconfigs contain. `@actions/core` would mask
   * only the secret as a whole.
   */
  add(secret: string): void {
    const lines = secret.split(/\r?\n/).map((line) => line.trim());
    const decoded = /%[0-9a-f]{2}/i.test(secret) ? [decodedUrlPart(secret)] : [];
    const formsOf = (value: string) => [...secretForms(value), ...(lines.length === 1 ? rareForms(value) : [])];
    for (const value of [secret, ...lines, ...decoded]) this.#register(value, formsOf);
    this.#register(Buffer.from(secret).toString('base64'), (text) => [{ text }]);
  }

  #register(value: string, formsOf: (value: string) => readonly Word[]): void {
    if (value.length < SHORTEST || ORDINARY.test(value) || this.#masked.has(value)) return;
    this.#masked.add(value);
    this.#mask(value);
    this.#finder = undefined;
    for (const word of formsOf(value)) if (word.text.length >= SHORTEST) this.#words.set(word.text, word);
  }

  /**
   * Hides the registered secrets, in whatever way they are encoded or escaped, and whatever else in the text is recognized as a
   * credential. In time linear in the text.
   */
  redact(text: string): string {
    return redactCredentials(this.redactKnown(text));
  }

  /** Hides only the registered secrets: for texts that a later step needs byte for byte, such as a patch. */
  redactKnown(text: string): string {
    return this.#words.size === 0 ? text : hideRanges(text, this.#placesIn(text));
  }

  /**
   * Like `redact`, for a text that may be JSON: then each of its strings is redacted by itself, so that it stays JSON. Otherwise a pod's log
   * could take away a quote.
   * @param redact how to redact a string
   */
  redactJson(text: string, redact: (text: string) => string = (one) => this.redact(one)): string {
    const value = /^[[{]/.test(text) ? parseJson(text) : undefined;
    if (value === undefined) return redact(text);
    const clean = JSON.stringify(withStrings(value, redact));
    // An unchanged text keeps its white space and the digits of its numbers.
    return clean === JSON.stringify(value) ? text : clean;
  }

  #placesIn(text: string): Range[] {
    this.#finder ??= new WordFinder(this.#words.values());
    const finder = this.#finder;
    return [...decodedViews(text), ...formViews(text)].flatMap((view) => {
      const whole = finder.find(view.text).map((match) => view.originalOf(withNeighbors(view.text, match)));
      const changed = [unwrapped(view), withoutPluses(view)].flatMap((other, index) => {
        if (!other) return [];
        const matches = finder.find(other.text);
        const long = index === 0 ? matches.filter(({ start, end }) => end - start >= SHORTEST_WRAPPED) : matches;
        return long.map((match) => other.originalOf(withNeighbors(other.text, match)));
      });
      return [...whole, ...changed];
    });
  }
}

/** The match with the Base64 characters next to it that hold bits of the secret, and with the padding. */
function withNeighbors(text: string, { start, end, sharesStart, sharesEnd }: WordMatch): Range {
  // In `\nYWJj` the letter before the match belongs to an escape.
  const from = sharesStart && isBase64(text[start - 1]) && text[start - 2] !== '\\' ? start - 1 : start;
  let to = sharesEnd && isBase64(text[end]) ? end + 1 : end;
  if (sharesEnd) for (let padding = 0; padding < 2 && text[to] === '='; padding++) to++;
  return { start: from, end: to };
}

function isBase64(character: string | undefined): boolean {
  return character !== undefined && /[\w+/-]/.test(character);
}

function decodedUrlPart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The value with each of its strings and keys replaced. */
function withStrings(value: unknown, replace: (text: string) => string): unknown {
  if (typeof value === 'string') return replace(value);
  if (Array.isArray(value)) return value.map((item) => withStrings(item, replace));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [replace(key), withStrings(item, replace)]));
}
