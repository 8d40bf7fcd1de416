import { type InputTypeWithEmpty, InvalidInput } from '../../../core/input-types.ts';

/** A command with its arguments: one per line, or a JSON list of strings. */
export const commandLine: InputTypeWithEmpty<string[]> = {
  expects: 'one argument per line, or a JSON list such as ["node", "server.js"]',
  empty: [],
  parse(text) {
    if (text.startsWith('[')) {
      const list = jsonList(text);
      if (list) return list;
      throw new InvalidInput('It begins with "[", but is not a JSON list of strings.');
    }
    const lines = text
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '');
    const [only = ''] = lines;
    // A shell would split this line into arguments, but a container runtime doesn't.
    if (lines.length === 1 && /\s/.test(only))
      throw new InvalidInput(`Did you mean ${JSON.stringify(only.split(/\s+/))}?`);
    return lines;
  },
};

function jsonList(text: string): string[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}
