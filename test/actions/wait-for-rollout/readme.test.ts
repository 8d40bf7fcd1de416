import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { causesTable, fullRole } from './readme.ts';

const readme = readFileSync(
  join(import.meta.dirname, '..', '..', '..', 'actions', 'wait-for-rollout', 'README.md'),
  'utf8',
);

describe('the README of wait-for-rollout', () => {
  it('lists the causes and their graces as they are', () => assert.ok(readme.includes(causesTable()), causesTable()));

  it('shows the Role as the action asks for it', () => assert.ok(readme.includes(fullRole('staging'))));
});
