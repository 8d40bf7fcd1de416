import { parseDuration } from './duration.ts';
import { nearest } from './suggest.ts';

/** How the text of an input becomes a value; domains add kinds of their own (an image reference, a resource name). */
export interface Kind<T> {
  /** What the input takes, to stand after "takes": `a duration such as 90s, 10m or 1h30m`. */
  readonly takes: string;
  /** Reads the trimmed, non-empty text; throws a Misfit when it does not fit. */
  parse(text: string): T;
}

/** A kind that has a natural value for an input that is not given (an empty list). */
export interface KindWithEmpty<T> extends Kind<T> {
  readonly empty: T;
}

/** The text of an input does not fit its kind; the message may suggest what was meant. */
export class Misfit extends Error {
  override readonly name = 'Misfit';
}

export const text: Kind<string> = { takes: 'text', parse: (value) => value };

/** A token that goes into an `Authorization` header as it is. */
export const token: Kind<string> = {
  takes: 'a token',
  parse(value) {
    if (/^[\x21-\x7e]+$/.test(value)) return value;
    throw new Misfit('It holds white space or signs that no token has: is it whole, and is nothing else with it?');
  },
};

/** YAML 1.2's booleans, as every GitHub action reads them. */
export const boolean: Kind<boolean> = {
  takes: 'true or false',
  parse(value) {
    if (['true', 'True', 'TRUE'].includes(value)) return true;
    if (['false', 'False', 'FALSE'].includes(value)) return false;
    throw new Misfit(
      /^(yes|on|y|1)$/i.test(value)
        ? 'Did you mean "true"?'
        : /^(no|off|n|0)$/i.test(value)
          ? 'Did you mean "false"?'
          : '',
    );
  },
};

/** Milliseconds. */
export const duration: Kind<number> = {
  takes: 'a duration such as 90s, 10m or 1h30m',
  parse(value) {
    const ms = parseDuration(value);
    if (ms !== undefined) return ms;
    throw new Misfit(/^\d+(\.\d+)?$/.test(value) ? `Add the unit: did you mean "${value}s"?` : '');
  },
};

export function integer(range: { readonly min: number; readonly max?: number }): Kind<number> {
  const max = range.max ?? Number.MAX_SAFE_INTEGER;
  return {
    takes:
      range.max === undefined
        ? `a whole number of at least ${range.min}`
        : `a whole number from ${range.min} to ${max}`,
    parse(value) {
      const number = /^[+-]?\d+$/.test(value) ? Number(value) : Number.NaN;
      if (!(number >= range.min && number <= max)) throw new Misfit('');
      return number;
    },
  };
}

export function number(range: { readonly min: number; readonly max: number }): Kind<number> {
  return {
    takes: `a number from ${range.min} to ${range.max}`,
    parse(value) {
      const parsed = /^[+-]?(\d+\.?\d*|\.\d+)$/.test(value) ? Number(value) : Number.NaN;
      if (!(parsed >= range.min && parsed <= range.max)) throw new Misfit('');
      return parsed;
    },
  };
}

export function choice<const Options extends readonly string[]>(...options: Options): Kind<Options[number]> {
  return {
    takes: `one of ${options.join(', ')}`,
    parse(value) {
      const found = options.find((option) => option === value);
      if (found !== undefined) return found;
      const near = nearest(value, options);
      throw new Misfit(near ? `Did you mean "${near}"?` : '');
    },
  };
}

/** One item a line. Blank lines don't count; a line's own error names the line. */
export function lines<T>(item: Kind<T>): KindWithEmpty<T[]> {
  const parse = (line: string): T => {
    try {
      return item.parse(line);
    } catch (thrown) {
      if (!(thrown instanceof Misfit) || !isListOf(item, line)) throw thrown;
      throw new Misfit('Commas don’t separate here: give each a line of its own.');
    }
  };
  return listOf({ ...item, parse }, /\r?\n/, 'a line each');
}

/** One item a line, commas allowed as well, for items that can't hold one. */
export function list<T>(item: Kind<T>): KindWithEmpty<T[]> {
  return listOf(item, /[\r\n,]+/, 'a line each, or separated by commas');
}

function listOf<T>(item: Kind<T>, separator: RegExp, how: string): KindWithEmpty<T[]> {
  return {
    takes: `${item.takes}, ${how}`,
    empty: [],
    parse(value) {
      const items = itemsOf(value, separator);
      return items.map((line) => (items.length === 1 ? item.parse(line) : parseLine(item, line)));
    },
  };
}

function itemsOf(value: string, separator: RegExp): string[] {
  return value
    .split(separator)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** Whether a line holds several items, each of which would fit alone. */
function isListOf<T>(item: Kind<T>, line: string): boolean {
  const items = itemsOf(line, /,/);
  try {
    return items.length > 1 && items.map((one) => item.parse(one)).length > 1;
  } catch {
    return false;
  }
}

function parseLine<T>(item: Kind<T>, line: string): T {
  try {
    return item.parse(line);
  } catch (thrown) {
    if (!(thrown instanceof Misfit)) throw thrown;
    throw new Misfit(`The line "${line}" does not fit. ${thrown.message}`.trim());
  }
}
