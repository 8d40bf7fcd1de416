import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { actionYaml } from '../../scripts/generate/action-yaml.ts';
import { readmeWithTables } from '../../scripts/generate/readme.ts';
import { defaulted, defineContract, required } from '../../src/core/contract.ts';
import { duration, text } from '../../src/core/input-types.ts';

const contract = defineContract({
  name: 'greet',
  description: 'Greets: "people", # all of them.',
  branding: { icon: 'sun', color: 'blue' },
  inputs: {
    name: required(text, { description: 'Who | what.', example: 'Ada' }),
    patience: defaulted(duration, '10m', { description: 'How long.', example: '90s' }),
  },
  outputs: { greeting: { description: 'What was said.' } },
});

test('a contract gives an action.yml that says the same', () => {
  const action = parse(actionYaml(contract));
  expect(action.description).toBe('Greets: "people", # all of them.');
  expect(action.inputs).toStrictEqual({
    name: { description: 'Who | what.', required: true },
    patience: { description: 'How long.', required: false, default: '10m' },
  });
  expect(Object.keys(action.outputs)).toStrictEqual(['greeting', 'status', 'record', 'summary']);
  expect(action.runs).toStrictEqual({ using: 'node24', main: '../../dist/greet/index.js' });
});

test('the tables of a README are renewed, what people wrote around them stays', () => {
  const first = readmeWithTables(undefined, contract);
  const edited = first.replace('## Outputs', 'Some words of ours.\n\n## Outputs').replace('How long.', 'stale');
  const renewed = readmeWithTables(edited, contract);
  expect(renewed).toMatch(/Some words of ours\./);
  expect(renewed).toMatch(/\| `patience` \| `10m` \| How long\. Takes a duration such as/);
  expect(renewed).toMatch(/\| `name` \*\*\(required\)\*\* \| {2}\| Who \\\| what\. Takes text\. Example: `Ada` \|/);
  expect(readmeWithTables(renewed, contract)).toBe(renewed);
});

test('a README that lost its markers is an error, not an overwritten text', () => {
  expect(() => readmeWithTables('# greet\n', contract)).toThrow(/lacks the markers for "inputs"/);
});
