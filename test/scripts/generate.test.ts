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
    timeout: defaulted(duration, '10m', { description: 'How long.', example: '90s' }),
  },
  outputs: { greeting: { description: 'What was said.' } },
});

test('action.yml has the inputs, outputs and texts of the contract', () => {
  const action = parse(actionYaml(contract));
  expect(action.description).toBe('Greets: "people", # all of them.');
  expect(action.inputs).toStrictEqual({
    name: { description: 'Who | what.', required: true },
    timeout: { description: 'How long.', required: false, default: '10m' },
  });
  expect(Object.keys(action.outputs)).toStrictEqual(['greeting', 'status', 'record', 'summary']);
  expect(action.runs).toStrictEqual({ using: 'node24', main: '../../dist/greet/index.js' });
});

test('the tables of a README are updated, and the text around them stays', () => {
  const first = readmeWithTables(undefined, contract);
  const edited = first.replace('## Outputs', 'Some text.\n\n## Outputs').replace('How long.', 'stale');
  const renewed = readmeWithTables(edited, contract);
  expect(renewed).toMatch(/Some text\./);
  expect(renewed).toMatch(
    /\| `timeout` \| a duration such as 90s, 10m or 1h30m \| `10m` \| How long\. Example: `90s` \|/,
  );
  expect(renewed).toMatch(/\| `name` \| text \| \*\*required\*\* \| Who \\\| what\. Example: `Ada` \|/);
  expect(readmeWithTables(renewed, contract)).toBe(renewed);
});

test('a README without the markers is an error, and is not overwritten', () => {
  expect(() => readmeWithTables('# greet\n', contract)).toThrow(/has no markers for "inputs"/);
});
