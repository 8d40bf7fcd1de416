import { describe, expect, it } from '@jest/globals';
import { evaluate, interpolate, isMet, type JobStatus } from './expression.ts';

const contexts = {
  inputs: { name: 'shop', empty: '', yes: true },
  steps: { bump: { outputs: { changes: '[{"file":"a","n":1},{"file":"b"}]' } } },
};
const scope = (status: JobStatus = 'success') => ({ contexts, status });

describe('expressions follow GitHub’s rules', () => {
  it.each([
    ["inputs.name == 'SHOP'", true],
    ["inputs['name'] != 'cart'", true],
    ["inputs.empty || 'default'", 'default'],
    ["inputs.yes && 'a' || 'b'", 'a'],
    ["!(inputs.yes && inputs.none == '')", false],
    ["startsWith('ghcr.io/acme', 'GHCR.io/')", true],
    ["'it''s'", "it's"],
    ['fromJSON(steps.bump.outputs.changes).*.file', ['a', 'b']],
    ['fromJSON(steps.bump.outputs.changes).*.n', [1]],
    ["toJSON(fromJSON('[]').*.file) == toJSON(fromJSON('[]'))", true],
    ['steps.none.outputs.changes', undefined],
  ] as const)('%s', (expression, value) => expect(evaluate(expression, scope())).toStrictEqual(value));

  it('replaces expressions in a text', () =>
    expect(interpolate('a ${{ inputs.name }} b${{ steps.none }}', scope())).toBe('a shop b'));

  it.each([
    [undefined, [true, false, false]],
    ["inputs.name == 'shop'", [true, false, false]],
    ['${{ always() }}', [true, true, true]],
    ["${{ (failure() || cancelled()) && inputs.name != '' }}", [false, true, true]],
    ['${{ !cancelled() }}', [true, true, false]],
  ] as const)('if: %s', (condition, runs) => {
    const statuses = ['success', 'failure', 'cancelled'] as const;
    expect(statuses.map((status) => isMet(condition, scope(status)))).toStrictEqual(runs);
  });

  it('refuses unknown contexts, unknown functions and invalid syntax', () => {
    expect(() => evaluate('secret.TOKEN', scope())).toThrow(/no context secret/);
    expect(() => evaluate('hashFiles(1)', scope())).toThrow(/no function hashFiles/);
    expect(() => evaluate('inputs.name inputs.name', scope())).toThrow(/should end here/);
  });
});
