import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { actionNames, ROOT } from '../../scripts/actions.ts';
import { expectWithNote } from '../jest-support.ts';
import { actionOf, sourcesBelow } from './sources.ts';

/** The rules of CONTRIBUTING.md for files and names. */

const sources = sourcesBelow('src');

test.each(actionNames())('%s has the files that every action has', (action) => {
  const required = ['contract.ts', 'inputs.ts', 'plan.ts', 'run.ts', 'dry-run.ts', 'report', 'index.ts'];
  const missing = required.filter((name) => !existsSync(join(ROOT, 'src', 'actions', action, name)));
  expect(missing).toStrictEqual([]);
});

test('run.ts of an action has at most 80 lines, and any other file at most 220', () => {
  for (const { path, text } of sources) {
    const lines = text.split('\n').length - 1;
    const limit = path.endsWith('/run.ts') && actionOf(path) ? 80 : 220;
    expectWithNote(lines, `${path} has ${lines} lines`).toBeLessThanOrEqual(limit);
  }
});

test('a name is exported by one file only, except for the names that every action exports', () => {
  const shared = new Set(['contract', 'run', 'makePlan', 'Plan', 'checkInputs', 'dryRun']);
  const places = new Map<string, string[]>();
  for (const { path, text } of sources)
    for (const [, name = ''] of text.matchAll(
      /^export (?:abstract |async )*(?:function\*?|class|interface|type|const|enum) +(\w+)/gm,
    ))
      if (!shared.has(name)) places.set(name, [...new Set([...(places.get(name) ?? []), path])]);
  const twice = [...places]
    .filter(([, paths]) => paths.length > 1)
    .map(([name, paths]) => `${name}: ${paths.join(', ')}`);
  expect(twice).toStrictEqual([]);
});

test('the texts of a domain name no input of an action', async () => {
  const contracts = await Promise.all(
    actionNames().map((name) => import(join(ROOT, 'src', 'actions', name, 'contract.ts'))),
  );
  const inputs = new Set(contracts.flatMap(({ contract }) => Object.keys(contract.inputs)));
  const named = sources
    .filter(({ path }) => !actionOf(path))
    // A finder's description names keys of manifests.
    .filter(({ path }) => !path.startsWith('src/manifest/finders/'))
    .flatMap(({ path, text }) =>
      withoutComments(text)
        .split('\n')
        .flatMap((line) => [...line.matchAll(/(?:\\`|(?<=['"].*)`)([a-z][a-z-]*)(?::[^`]*)?(?:\\`|`)/g)])
        .filter(([, name = '']) => inputs.has(name))
        .map(([quoted]) => `${path}: ${quoted}`),
    );
  expect(named).toStrictEqual([]);
});

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
}
