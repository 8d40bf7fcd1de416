import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { actionNames, ROOT } from '../../actions.ts';

/** The actions that a source file is part of: those whose imports lead to it. */
export function actionsByFile(): ReadonlyMap<string, readonly string[]> {
  const actions = new Map<string, string[]>();
  for (const action of actionNames())
    for (const file of reachedFrom(`src/actions/${action}/index.ts`))
      actions.set(file, [...(actions.get(file) ?? []), action]);
  return actions;
}

function reachedFrom(entry: string): ReadonlySet<string> {
  const reached = new Set<string>();
  const visit = (file: string) => {
    if (reached.has(file)) return;
    reached.add(file);
    const text = readFileSync(join(ROOT, file), 'utf8');
    for (const [, specifier = ''] of text.matchAll(/^(?!import type).*?(?:from|import\()\s*'(\.[^']+)'/gm))
      visit(relative(ROOT, join(ROOT, dirname(file), specifier)));
  };
  visit(entry);
  return reached;
}
