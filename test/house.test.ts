import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from '@jest/globals';
import { ROOT } from '../scripts/actions.ts';
import { expectWithNote, invariant } from './jest-support.ts';

/** The rules of the house (CONTRIBUTING.md) that a reader could otherwise only hope for. */

interface Source {
  readonly path: string;
  readonly text: string;
  /** Files of this repository that it imports, also dynamically and as types. */
  readonly imports: readonly string[];
}

const sources: Source[] = globSync('src/**/*.ts', { cwd: ROOT }).map((path) => {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map((match) => match[1] ?? '');
  return { path, text, imports: specifiers.map((specifier) => relative(ROOT, join(ROOT, dirname(path), specifier))) };
});

const actionOf = (path: string) => /^src\/actions\/([^/]+)\//.exec(path)?.[1];

test('a domain imports no action, and no action imports another', () => {
  for (const { path, imports } of sources) {
    for (const imported of imports) {
      const action = actionOf(imported);
      invariant(action === undefined || action === actionOf(path), `${path} imports ${imported}`);
    }
  }
});

test('imports run in one direction: no file and no domain imports itself by way of others', () => {
  const byFile = new Map(sources.map(({ path, imports }) => [path, imports]));
  const domainOf = (path: string) => path.split('/').slice(0, 2).join('/');
  const byDomain = new Map<string, string[]>();
  for (const { path, imports } of sources) {
    const others = imports.map(domainOf).filter((domain) => domain !== domainOf(path));
    byDomain.set(domainOf(path), [...(byDomain.get(domainOf(path)) ?? []), ...others]);
  }
  for (const graph of [byFile, byDomain]) assertNoCircle(graph);
});

function assertNoCircle(graph: ReadonlyMap<string, readonly string[]>): void {
  const done = new Set<string>();
  const visit = (node: string, trail: readonly string[]): void => {
    expectWithNote(
      trail.includes(node),
      `circle: ${[...trail.slice(trail.indexOf(node)), node].join(' → ')}`,
    ).toBeFalsy();
    if (done.has(node)) return;
    for (const imported of graph.get(node) ?? []) visit(imported, [...trail, node]);
    done.add(node);
  };
  for (const node of graph.keys()) visit(node, []);
}

test("an action's story is read in under 80 lines, and no file is long", () => {
  for (const { path, text } of sources) {
    const lines = text.split('\n').length - 1;
    const limit = path.endsWith('/run.ts') && actionOf(path) ? 80 : 220;
    expectWithNote(lines, `${path} has ${lines} lines`).toBeLessThanOrEqual(limit);
  }
});

test('what costs start-up time is imported only where it is needed', () => {
  const eager = (path: string, seen = new Set<string>()): Set<string> => {
    if (seen.has(path)) return seen;
    seen.add(path);
    const text = readFileSync(join(ROOT, path), 'utf8');
    for (const match of text.matchAll(/^(?:import|export)\s+(?!type\b)(?:[^;']*?from\s+)?'([^']+)'/gm)) {
      const specifier = match[1] ?? '';
      if (specifier.startsWith('.')) eager(relative(ROOT, join(ROOT, dirname(path), specifier)), seen);
      else seen.add(specifier);
    }
    return seen;
  };
  for (const entry of globSync('src/actions/*/index.ts', { cwd: ROOT })) {
    const loaded = [...eager(entry)].filter((name) => !name.endsWith('.ts') && !name.startsWith('node:'));
    expectWithNote(loaded, `${entry} loads packages at start`).toStrictEqual(['@actions/core']);
  }
});

test('only one folder speaks with the runner by @actions/core', () => {
  const speakers = sources.filter(({ text }) => /['"]@actions\/core['"/]/.test(text)).map(({ path }) => dirname(path));
  expect([...new Set(speakers)]).toStrictEqual(['src/core']);
});

test('built-in modules are imported statically: a bundle gives a dynamic import of one no names', () => {
  for (const { path, text } of sources) expectWithNote(text, path).not.toMatch(/\bimport\('node:/);
});

test('programs are started, and tools are kept, in one place each', () => {
  const places = {
    'node:child_process': 'src/program/',
    '@actions/exec': 'src/program/',
    '@actions/tool-cache': 'src/tools/',
  };
  for (const [name, folder] of Object.entries(places)) {
    const users = sources.filter(({ text }) => text.includes(`'${name}'`)).map(({ path }) => path);
    expect(users).not.toStrictEqual([]);
    expect(users.filter((path) => !path.startsWith(folder))).toStrictEqual([]);
  }
});
