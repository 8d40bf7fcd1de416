import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { ROOT } from '../../scripts/actions.ts';
import { isObject } from '../../src/json/json.ts';

/** Rules for expressions and scripts of workflows: GitHub's operators are weaker than they look, and outsiders choose some values. */

const files = globSync(['.github/workflows/*.yml', '.github/actions/*/action.yml'], { cwd: ROOT });

/** Comparisons of two values that aren't fixed, and calls of functions, with why each may be there. */
const REVIEWED: Readonly<Record<string, string>> = {
  'inputs.gitops-repository != github.repository': "GitHub's repository names ignore case as well",
  "startsWith(inputs.image, 'ghcr.io/')": 'host names ignore case as well',
};

const FIXED = /^('(?:[^']|'')*'|-?\d+|true|false|null)$/;

/** Comparisons that ignore case or convert types, and functions that do. */
function weakParts(expression: string): string[] {
  const comparisons = [...expression.matchAll(/([\w.*'()[\]-]+) *(==|!=|<=?|>=?) *('(?:[^']|'')*'|[\w.*()[\]-]+)/g)];
  const weak = comparisons.filter(([, left = '', , right = '']) => !FIXED.test(left) && !FIXED.test(right));
  const calls = expression.matchAll(/\b(?:contains|startsWith|endsWith|fromJSON|join|format)\([^()]*\)?/gi);
  return [...weak.map(([text]) => text), ...[...calls].map(([text]) => text)];
}

function textsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (isObject(value)) return Object.values(value).flatMap(textsIn);
  return typeof value === 'string' ? [value] : [];
}

function valuesOf(value: unknown, key: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => valuesOf(item, key));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, item]) =>
    name === key && typeof item === 'string' ? [item] : valuesOf(item, key),
  );
}

describe.each(files)('%s', (file) => {
  const workflow: unknown = parse(readFileSync(join(ROOT, file), 'utf8'));

  test('decides by no expression that compares two free values: GitHub ignores their case and converts their types', () => {
    const expressions = textsIn(workflow).flatMap((text) => text.match(/\$\{\{.*?\}\}/gs) ?? []);
    const conditions = valuesOf(workflow, 'if');
    expect([...expressions, ...conditions].flatMap(weakParts).filter((part) => !(part in REVIEWED))).toStrictEqual([]);
  });

  test('prints values into a workflow command only without characters that could end it', () => {
    for (const line of valuesOf(workflow, 'run').flatMap((script) => script.split('\n'))) {
      if (!/::\w+.*::/.test(line)) continue;
      const cleaned = line.replaceAll(/\$\{\w+\/\/\[\^A-Za-z0-9._\\\/ ?-\]\/\?\}/g, '');
      expect(cleaned).not.toMatch(/\$\w|\$\{|\$\(/);
    }
  });

  test('uses no value that outsiders write: titles, texts, branches and names of events', () => {
    const expressions = textsIn(workflow).flatMap((text) => text.match(/\$\{\{.*?\}\}/gs) ?? []);
    for (const expression of expressions)
      expect(expression).not.toMatch(/github\.(event\.|head_ref|ref_name|triggering_actor)|github\[/);
  });
});

test('the rule finds comparisons that only look exact', () => {
  expect(weakParts("steps.a.outputs.x == 'true' && needs.b.outputs.y != ''")).toStrictEqual([]);
  expect(weakParts('toJSON(fromJSON(steps.a.outputs.x).*.new) == needs.b.outputs.y')).not.toStrictEqual([]);
  expect(weakParts("contains(inputs.list, 'x')")).toStrictEqual(["contains(inputs.list, 'x')"]);
});
