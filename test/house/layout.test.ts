import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { actionNames, ROOT } from '../../scripts/actions.ts';
import { expectWithNote } from '../jest-support.ts';
import { actionOf, sourcesBelow } from './sources.ts';

/** The rules of CONTRIBUTING.md about what lies where. */

const sources = sourcesBelow('src');

test.each(actionNames())('%s has the rooms that every action has', (action) => {
  const rooms = ['contract.ts', 'inputs.ts', 'plan.ts', 'run.ts', 'dry-run.ts', 'report', 'index.ts'];
  const missing = rooms.filter((room) => !existsSync(join(ROOT, 'src', 'actions', action, room)));
  expect(missing).toStrictEqual([]);
});

test('the story of an action has at most 80 lines, and no other file more than 220', () => {
  for (const { path, text } of sources) {
    const lines = text.split('\n').length - 1;
    const limit = path.endsWith('/run.ts') && actionOf(path) ? 80 : 220;
    expectWithNote(lines, `${path} has ${lines} lines`).toBeLessThanOrEqual(limit);
  }
});

test('a name is exported once, but for those that every action has', () => {
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

test('a domain names no input of an action in what it says: its users have other inputs', async () => {
  const contracts = await Promise.all(
    actionNames().map((name) => import(join(ROOT, 'src', 'actions', name, 'contract.ts'))),
  );
  const inputs = new Set(contracts.flatMap(({ contract }) => Object.keys(contract.inputs)));
  const said = sources
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
  expect(said).toStrictEqual([]);
});

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
}
