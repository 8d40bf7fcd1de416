import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ROOT } from '../../scripts/actions.ts';
import { failureCausesPage } from '../../scripts/generate/readiness/causes-page.ts';
import { readinessPage } from '../../scripts/generate/readiness/page.ts';
import { causeIds } from '../../src/kubernetes/failures/causes.ts';
import { kindRules } from '../../src/kubernetes/health/kind-rules.ts';
import { operatorCriteria } from '../../src/kubernetes/health/operators/families.ts';
import type { StatusCriteria } from '../../src/kubernetes/health/rule/status-criteria.ts';
import { expectWithNote } from '../jest-support.ts';

describe('docs/readiness.md', () => {
  it('is generated from the rules', () => {
    expect(readFileSync(join(ROOT, 'docs/readiness.md'), 'utf8')).toBe(readinessPage());
  });

  it('lists every kind that is judged by code', () => {
    const page = readinessPage();
    for (const { kind } of Object.values(kindRules).flat()) expectWithNote(page, kind).toContain(`\`${kind}\``);
  });

  it('lists every kind and group that is judged by data', () => {
    const page = readinessPage();
    const all: readonly StatusCriteria[] = Object.values(operatorCriteria).flat();
    for (const { kinds = [], groups } of all)
      for (const word of [...kinds, ...groups.filter((group) => group !== '')])
        expectWithNote(page, word).toContain(`\`${word}\``);
    expect(page).not.toMatch(/undefined|\[object|NaN/);
  });
});

describe('docs/failure-causes.md', () => {
  it('is generated from the causes', () => {
    expect(readFileSync(join(ROOT, 'docs/failure-causes.md'), 'utf8')).toBe(failureCausesPage());
  });

  it('lists every cause', () => {
    for (const id of causeIds) expect(failureCausesPage()).toContain(`\`${id}\``);
  });
});

describe('the lists of kinds', () => {
  it('contain the rules of every file in the folder kinds', async () => {
    const listed: readonly unknown[] = Object.values(kindRules).flat();
    for (const file of globSync('src/kubernetes/health/kinds/*.ts', { cwd: ROOT })) {
      const exported: readonly unknown[] = Object.values(await import(join(ROOT, file))).flat();
      const rules = exported.filter((each) => typeof each === 'object');
      for (const rule of rules) expectWithNote(listed.includes(rule), file).toBe(true);
    }
  });

  it('contain the criteria of every file in the folder operators', async () => {
    const listed: readonly unknown[] = Object.values(operatorCriteria);
    for (const file of globSync('src/kubernetes/health/operators/*.ts', { cwd: ROOT })) {
      const lists = Object.values(await import(join(ROOT, file))).filter((each) => Array.isArray(each));
      for (const list of lists) expectWithNote(listed.includes(list), file).toBe(true);
    }
  });
});
