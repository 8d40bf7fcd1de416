import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { objectAt, stringAt } from '../../../src/json/json.ts';

/** What a runner reads of an action's action.yml. */
export interface Metadata {
  /** The programs, as paths. */
  readonly main: string;
  readonly pre: string | undefined;
  readonly post: string | undefined;
  /** Every input with its default, where it has one. */
  readonly inputs: ReadonlyMap<string, string | undefined>;
}

/** Reads the action.yml in `folder`. `contexts` gives the values of `${{ … }}` in defaults, such as `github.token`. */
export function readMetadata(folder: string, contexts: Readonly<Record<string, string>>): Metadata {
  const yaml: unknown = parse(readFileSync(join(folder, 'action.yml'), 'utf8'));
  const program = (key: string) => {
    const path = stringAt(yaml, 'runs', key);
    return path === undefined ? undefined : join(folder, path);
  };
  const main = program('main');
  if (main === undefined || stringAt(yaml, 'runs', 'using') !== 'node24')
    throw new Error(`${folder} is no node24 action`);
  const inputs = Object.keys(objectAt(yaml, 'inputs') ?? {}).map((name): [string, string | undefined] => {
    const given = stringAt(yaml, 'inputs', name, 'default');
    return [name, given === undefined ? undefined : evaluate(given, contexts)];
  });
  return { main, pre: program('pre'), post: program('post'), inputs: new Map(inputs) };
}

function evaluate(text: string, contexts: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{\{\s*(.*?)\s*\}\}/g, (_, expression: string) => {
    const value = contexts[expression];
    if (value === undefined) throw new Error(`this runner has no value for \${{ ${expression} }}`);
    return value;
  });
}
