import { type InputType, InvalidInput } from '../../../core/input-types.ts';

/** `key=value` lines: labels, annotations, environment variables, build arguments. */
export type KeyValue = readonly [key: string, value: string];

export const keyValue: InputType<KeyValue> = {
  expects: 'key=value',
  parse(line) {
    const [key, value] = parseKeyValue(line);
    if (key === '') throw new InvalidInput('The key before "=" is missing.');
    return [key, value];
  },
};

/** Splits `key=value` at its first "=". */
export function parseKeyValue(text: string): [string, string] {
  const sign = text.indexOf('=');
  if (sign < 0) throw new InvalidInput(`"${text}" has no "=".`);
  return [text.slice(0, sign).trim(), text.slice(sign + 1)];
}
