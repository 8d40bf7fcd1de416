import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringAt } from '../../src/json/json.ts';

let steps = 0;

export function commandFiles(temp: string): { readonly output: string; readonly summary: string } {
  const folder = join(temp, '_runner_file_commands');
  mkdirSync(folder, { recursive: true });
  steps += 1;
  const files = { output: join(folder, `output_${steps}`), summary: join(folder, `summary_${steps}`) };
  for (const file of Object.values(files)) writeFileSync(file, '');
  return files;
}

/**
 * The INPUT_* variables that the runner sets: the inputs of the workflow, or else the defaults of action.yml.
 * @param github the values of `github.…` expressions in defaults
 */
export function inputVariables(
  specs: Readonly<Record<string, unknown>>,
  given: Readonly<Record<string, string>>,
  github: Readonly<Record<string, string>>,
): Record<string, string> {
  const defaults = Object.entries(specs).flatMap(([name, spec]): [string, string][] => {
    const value = stringAt(spec, 'default');
    if (value === undefined) return [];
    return [[name, value.replace(/\$\{\{\s*github\.(\w+)\s*\}\}/g, (_, key: string) => github[key] ?? '')]];
  });
  const values = { ...Object.fromEntries(defaults), ...given };
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value]),
  );
}

/** Parses the file of outputs: `name=value`, or `name<<delimiter`, the lines of the value, and `delimiter`. */
export function readKeyValues(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  const lines = text.split('\n');
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    const [, name = '', delimiter] = /^(.+?)<<(.+)$/.exec(line) ?? [];
    if (delimiter !== undefined) {
      const end = lines.indexOf(delimiter);
      if (end < 0) throw new Error(`the output ${name} has no closing delimiter`);
      values[name] = lines
        .splice(0, end + 1)
        .slice(0, -1)
        .join('\n');
    } else if (line.includes('=')) {
      values[line.slice(0, line.indexOf('='))] = line.slice(line.indexOf('=') + 1);
    }
  }
  return values;
}
