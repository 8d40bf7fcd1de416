import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ROOT } from '../../scripts/actions.ts';
import { expectWithNote } from '../jest-support.ts';
import { actionOf, type Source, sourcesBelow } from './sources.ts';

/** The rules of CONTRIBUTING.md for imports. */

const sources = sourcesBelow('src');

test('a domain imports no action, and no action imports another', () => {
  const wrong = sources.flatMap(({ path, imports }) =>
    imports
      .filter((imported) => ![undefined, actionOf(path)].includes(actionOf(imported)))
      .map((imported) => `${path} imports ${imported}`),
  );
  expect(wrong).toStrictEqual([]);
});

describe('imports run in one direction', () => {
  test.each(['src', 'scripts', 'test', 'bench'])('no file in %s imports itself through other files', (folder) => {
    expect(circleIn(new Map(sourcesBelow(folder).map(({ path, imports }) => [path, imports])))).toBe('none');
  });

  test.each(['src', 'scripts', 'test'])('no folder in %s imports itself through the folders next to it', (top) => {
    const all = sourcesBelow(top);
    const folders = new Set(all.flatMap(({ path }) => ancestorsOf(path)));
    const circles = [...folders].map((folder) => `${folder}: ${circleIn(siblingImports(folder, all))}`);
    expect(circles.filter((circle) => !circle.endsWith(': none'))).toStrictEqual([]);
  });
});

test('fakes import neither an action nor an end-to-end test', () => {
  const wrong = sourcesBelow('test/fakes').flatMap(({ path, imports }) =>
    imports
      .filter((imported) => /^(src\/actions|test\/e2e|test\/actions)\//.test(imported))
      .map((it) => `${path} imports ${it}`),
  );
  expect(wrong).toStrictEqual([]);
});

test('an action loads no package but @actions/core when it starts', () => {
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

test('built-in modules are imported statically', () => {
  // In a bundle, a dynamic import of one has no named exports.
  for (const { path, text } of sources) expectWithNote(text, path).not.toMatch(/\bimport\('node:/);
});

test.each([
  ['@actions/core', 'src/core/'],
  ['@actions/github', 'src/github/'],
  ['@actions/exec', 'src/program/'],
  ['node:child_process', 'src/program/'],
  ['undici', 'src/http/'],
  ['@actions/tool-cache', 'src/tools/'],
])('%s is imported only in %s', (name, folder) => {
  const users = sources.filter(({ text }) => text.includes(`'${name}'`)).map(({ path }) => path);
  expect(users).not.toStrictEqual([]);
  expect(users.filter((path) => !path.startsWith(folder))).toStrictEqual([]);
});

test('no list is spread into `push`: one from outside can be longer than the stack', () => {
  const users = sources.filter(({ text }) => /\.push\(\s*\.\.\./.test(text)).map(({ path }) => path);
  expect(users).toStrictEqual([]);
});

test('YAML is parsed in one place, which bounds what a hostile text costs', () => {
  const parses =
    /\b(?:parseDocument|parseAllDocuments|Composer|toJS|toJSON)\(|\byaml\.parse\b|\{[^}]*\bparse\b[^}]*\}[^;\n]*'yaml'/;
  const users = sources.filter(({ text }) => /'yaml'/.test(text) && parses.test(text)).map(({ path }) => path);
  expect(users).toStrictEqual(['src/json/compose-yaml.ts']);
});

/** `src/a/b/c.ts` → `src`, `src/a`, `src/a/b`. */
function ancestorsOf(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

/** Which files and folders of a folder import each other. */
function siblingImports(folder: string, all: readonly Source[]): ReadonlyMap<string, readonly string[]> {
  const childOf = (path: string) => path.slice(folder.length + 1).split('/')[0] ?? '';
  const graph = new Map<string, string[]>();
  for (const { path, imports } of all.filter((source) => source.path.startsWith(`${folder}/`))) {
    const inside = imports.filter((imported) => imported.startsWith(`${folder}/`)).map(childOf);
    const others = inside.filter((child) => child !== childOf(path));
    graph.set(childOf(path), [...(graph.get(childOf(path)) ?? []), ...others]);
  }
  return graph;
}

/** The first circle of a graph, as `a → b → a`; `none` if there is none. */
function circleIn(graph: ReadonlyMap<string, readonly string[]>): string {
  const done = new Set<string>();
  const visit = (node: string, trail: readonly string[]): string | undefined => {
    if (trail.includes(node)) return [...trail.slice(trail.indexOf(node)), node].join(' → ');
    if (done.has(node)) return undefined;
    for (const imported of graph.get(node) ?? []) {
      const circle = visit(imported, [...trail, node]);
      if (circle !== undefined) return circle;
    }
    done.add(node);
    return undefined;
  };
  for (const node of graph.keys()) {
    const circle = visit(node, []);
    if (circle !== undefined) return circle;
  }
  return 'none';
}
