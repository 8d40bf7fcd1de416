import { closestMatch } from './closest-match.ts';
import { parseDuration } from './duration.ts';

/** Parses the text of an input to a value. Domains add types of their own, such as an image reference. */
export interface InputType<T> {
  /** What the input takes; completes "The input takes …": `a duration such as 90s, 10m or 1h30m`. */
  readonly expects: string;
  /** Parses the trimmed, non-empty text. @throws InvalidInput */
  parse(text: string): T;
}

/** A type with a value for an input that is not given, such as an empty list. */
export interface InputTypeWithEmpty<T> extends InputType<T> {
  readonly empty: T;
}

/** The text of an input is invalid. The message may suggest a correction. */
export class InvalidInput extends Error {
  override readonly name = 'InvalidInput';
}

export const text: InputType<string> = { expects: 'text', parse: (value) => value };

/** A token for an `Authorization` header. */
export const token: InputType<string> = {
  expects: 'a token',
  parse(value) {
    if (/^[\x21-\x7e]+$/.test(value)) return value;
    throw new InvalidInput(
      "It contains white space or other characters that a token can't have. Is it complete, and is nothing else in it?",
    );
  },
};

/** The booleans of YAML 1.2, as in `@actions/core`. */
export const boolean: InputType<boolean> = {
  expects: 'true or false',
  parse(value) {
    if (['true', 'True', 'TRUE'].includes(value)) return true;
    if (['false', 'False', 'FALSE'].includes(value)) return false;
    if (/^(yes|on|y|1)$/i.test(value)) throw new InvalidInput('Did you mean "true"?');
    throw new InvalidInput(/^(no|off|n|0)$/i.test(value) ? 'Did you mean "false"?' : '');
  },
};

/** In ms. A time after a longer one could be none that a date can hold. */
const LONGEST_DURATION = 365 * 86_400_000;

/** Milliseconds. */
export const duration: InputType<number> = {
  expects: 'a duration such as 90s, 10m or 1h30m',
  parse(value) {
    const ms = parseDuration(value);
    if (ms !== undefined && ms <= LONGEST_DURATION) return ms;
    if (ms !== undefined) throw new InvalidInput('The longest is 365d.');
    throw new InvalidInput(/^\d+(\.\d+)?$/.test(value) ? `Add the unit: did you mean "${value}s"?` : '');
  },
};

export function integer(range: { readonly min: number; readonly max?: number }): InputType<number> {
  const max = range.max ?? Number.MAX_SAFE_INTEGER;
  return {
    expects:
      range.max === undefined
        ? `a whole number of at least ${range.min}`
        : `a whole number from ${range.min} to ${max}`,
    parse(value) {
      const number = /^[+-]?\d+$/.test(value) ? Number(value) : Number.NaN;
      if (!(number >= range.min && number <= max)) throw new InvalidInput('');
      return number;
    },
  };
}

export function number(range: { readonly min: number; readonly max: number }): InputType<number> {
  return {
    expects: `a number from ${range.min} to ${range.max}`,
    parse(value) {
      const parsed = /^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(value) ? Number(value) : Number.NaN;
      if (!(parsed >= range.min && parsed <= range.max)) throw new InvalidInput('');
      return parsed;
    },
  };
}

export function choice<const Options extends readonly string[]>(...options: Options): InputType<Options[number]> {
  return {
    expects: `one of ${options.join(', ')}`,
    parse(value) {
      const found = options.find((option) => option === value);
      if (found !== undefined) return found;
      const near = closestMatch(value, options);
      throw new InvalidInput(near ? `Did you mean "${near}"?` : '');
    },
  };
}

/** A list with one item per line; blank lines are ignored. An error names the line. */
export function lines<T>(item: InputType<T>): InputTypeWithEmpty<T[]> {
  const parse = (line: string): T => {
    try {
      return item.parse(line);
    } catch (thrown) {
      if (!(thrown instanceof InvalidInput) || !isListOf(item, line)) throw thrown;
      throw new InvalidInput("Commas don't separate items here: put each item on its own line.");
    }
  };
  return listOf({ ...item, parse }, /\r?\n/, 'one per line');
}

/** A list separated by line breaks or commas, for items that can't contain a comma. */
export function list<T>(item: InputType<T>): InputTypeWithEmpty<T[]> {
  return listOf(item, /[\r\n,]+/, 'one per line or separated by commas');
}

function listOf<T>(item: InputType<T>, separator: RegExp, separation: string): InputTypeWithEmpty<T[]> {
  return {
    expects: `${item.expects}, ${separation}`,
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

/** Whether a line contains several items that are valid by themselves. */
function isListOf<T>(item: InputType<T>, line: string): boolean {
  const items = itemsOf(line, /,/);
  try {
    return items.length > 1 && items.map((one) => item.parse(one)).length > 1;
  } catch {
    return false;
  }
}

function parseLine<T>(item: InputType<T>, line: string): T {
  try {
    return item.parse(line);
  } catch (thrown) {
    if (!(thrown instanceof InvalidInput)) throw thrown;
    throw new InvalidInput(`The line "${line}" is invalid. ${thrown.message}`.trim());
  }
}
