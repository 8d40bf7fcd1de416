import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ROOT } from '../../scripts/actions.ts';
import { readinessPage } from '../../scripts/generate/readiness/page.ts';
import { controllers, others, workloads } from '../../src/kubernetes/health/documentation/code-rules.ts';
import { kindRules } from '../../src/kubernetes/health/health.ts';
import { families } from '../../src/kubernetes/health/operators/families.ts';
import { expectWithNote } from '../jest-support.ts';

describe('docs/readiness.md', () => {
  it('is what the rules make of it', () => {
    expect(readFileSync(join(ROOT, 'docs/readiness.md'), 'utf8')).toBe(readinessPage());
  });

  it('tells of every rule that is code, and of no other', () => {
    const told = Object.keys({ ...workloads, ...others, ...controllers });
    expect(told.sort()).toStrictEqual(kindRules.map(({ group, kind }) => `${kind}.${group}`).sort());
  });

  it('tells of every line of data, all of it', () => {
    const page = readinessPage();
    for (const line of Object.values(families).flat()) {
      const { kinds = [], groups } = line;
      for (const word of [...kinds, ...groups.filter((group) => group !== '')])
        expectWithNote(page, word).toContain(`\`${word}\``);
    }
    expect(page).not.toMatch(/undefined|\[object|NaN/);
  });
});
