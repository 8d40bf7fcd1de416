import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { actionNames, ROOT } from '../../scripts/actions.ts';
import { expectWithNote } from '../jest-support.ts';
import { actionOf, type Source, sourcesBelow } from './sources.ts';

/** The rules of CONTRIBUTING.md for files and names. */

const sources = sourcesBelow('src');

test.each(actionNames())('%s has the files that every action has', (action) => {
  const required = ['contract.ts', 'inputs.ts', 'plan.ts', 'run.ts', 'dry-run.ts', 'report', 'index.ts'];
  const missing = required.filter((name) => !existsSync(join(ROOT, 'src', 'actions', action, name)));
  expect(missing).toStrictEqual([]);
});

test.each(actionNames())(
  '%s names the check of its inputs, its plan and their types as every action does',
  (action) => {
    const exported = ['inputs.ts', 'plan.ts'].flatMap((file) => exportsOf(sourceOf(action, file)));
    const subject = exported
      .map((name) => /^requireValid(\w+)Inputs$/.exec(name)?.[1])
      .find((name) => name !== undefined);
    expect(exported).toEqual(expect.arrayContaining([`${subject}Inputs`, `plan${subject}`, `${subject}Plan`]));
  },
);

describe('after the plan, nothing reads the inputs', () => {
  test.each(actionNames())('in %s a module that takes the inputs serves the plan only', (action) => {
    const folder = `src/actions/${action}`;
    const frame = ['contract.ts', 'inputs.ts', 'plan.ts', 'run.ts', 'index.ts'].map((file) => `${folder}/${file}`);
    const own = sources.filter(({ path }) => actionOf(path) === action);
    const takers = own.filter((source) => !frame.includes(source.path) && takesInputs(source, folder));
    const planners = new Set([`${folder}/inputs.ts`, `${folder}/plan.ts`, ...takers.map(({ path }) => path)]);
    const wrong = takers.flatMap((taker) =>
      own
        .filter(({ path, uses }) => uses.includes(taker.path) && !planners.has(path))
        .map(({ path }) => `${taker.path} takes the inputs, and ${path} uses it`),
    );
    expect(wrong).toStrictEqual([]);
  });

  test.each(actionNames())('in %s run.ts reads none once it has a plan', (action) => {
    const { text } = sourceOf(action, 'run.ts');
    const [, ...rest] = withoutComments(text).split(/^.*\bplan[A-Z]\w*\(.*$/m);
    expect(rest).not.toStrictEqual([]);
    expect(rest.join('\n')).not.toMatch(INPUTS);
  });
});

test('run.ts of an action has at most 80 lines, and any other file at most 220', () => {
  for (const { path, text } of sources) {
    const lines = text.split('\n').length - 1;
    const limit = path.endsWith('/run.ts') && actionOf(path) ? 80 : 220;
    expectWithNote(lines, `${path} has ${lines} lines`).toBeLessThanOrEqual(limit);
  }
});

test('a name is exported by one file only, except for the names that every action exports', () => {
  const shared = new Set(['contract', 'run', 'dryRun']);
  const places = new Map<string, string[]>();
  for (const source of sources)
    for (const name of exportsOf(source))
      if (!shared.has(name)) places.set(name, [...new Set([...(places.get(name) ?? []), source.path])]);
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

/** An expression, a parameter or a property that holds the inputs. */
const INPUTS = /\.inputs\b|\binputs(?=\s*[,})]|\.\w|\??:)|\bInputValues\b/;

function takesInputs({ text, imports }: Source, folder: string): boolean {
  const code = withoutComments(text).replaceAll(/^import\b[^;]*;$/gm, '');
  return imports.includes(`${folder}/inputs.ts`) || INPUTS.test(code);
}

/** The names that a file defines and exports. */
function exportsOf({ text }: Source): readonly string[] {
  const definition = /^export (?:abstract |async )*(?:function\*?|class|interface|type|const|enum) +(\w+)/gm;
  return [...text.matchAll(definition)].map(([, name = '']) => name);
}

function sourceOf(action: string, file: string): Source {
  const found = sources.find(({ path }) => path === `src/actions/${action}/${file}`);
  if (!found) throw new Error(`${action} has no ${file}`);
  return found;
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
}
