import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { expectWithNote } from '../../jest-support.ts';
import { causesTable, fullRole } from './readme.ts';

const readme = readFileSync(
  join(import.meta.dirname, '..', '..', '..', 'actions', 'wait-for-rollout', 'README.md'),
  'utf8',
);

describe('the README of wait-for-rollout', () => {
  it('lists all failure causes with their graces', () =>
    expectWithNote(readme, causesTable()).toContain(causesTable()));

  it('shows the Role that the action needs', () => expect(readme).toContain(fullRole('staging')));
});
