import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { actionNames, loadContract } from '../../scripts/actions.ts';
import { contract as pullRequestContract } from '../../src/actions/open-gitops-PR/contract.ts';
import { requireValidPullRequestInputs } from '../../src/actions/open-gitops-PR/inputs.ts';
import type { Contract } from '../../src/core/contract.ts';
import { readInputs } from '../../src/core/inputs.ts';
import { isObject, listAt, objectAt, stringAt } from '../../src/json/json.ts';
import { fakeRunner } from '../fakes/runner.ts';
import { inputVariables } from '../runner/command-files.ts';

interface Example {
  readonly readme: string;
  readonly action: string;
  readonly given: Readonly<Record<string, string>>;
}

/** Every step of a page's YAML blocks that uses one of the suite's actions. */
function examplesIn(readme: string): Example[] {
  const text = readFileSync(join(import.meta.dirname, '../..', readme), 'utf8');
  return [...text.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) => {
    const document: unknown = parse(block);
    const steps = isObject(document) ? listAt(document, 'steps') : listAt(document);
    return steps.flatMap((step) => {
      const action = /^OWNER\/gitops-actions\/actions\/([^@]+)@v1$/.exec(stringAt(step, 'uses') ?? '')?.[1];
      const given = Object.entries(objectAt(step, 'with') ?? {}).map(([name, value]) => [name, String(value)]);
      return action === undefined ? [] : [{ readme, action, given: Object.fromEntries(given) }];
    });
  });
}

/** What the runner fills into an expression. */
const COMMIT = '0123456789abcdef0123456789abcdef01234567';

/** The inputs as the runner hands them over, with an example of each value that only the runner knows. */
function handedOver({ given }: Example, { inputs }: Contract): Record<string, string> {
  const filled = Object.entries(given).map(([name, value]) => {
    if (!value.includes('${{')) return [name, value];
    const example = inputs[name]?.example ?? '';
    return [name, example.includes('${{') ? COMMIT : example];
  });
  return inputVariables({}, Object.fromEntries(filled), {});
}

const numberedExamples = actionNames().flatMap((name) =>
  examplesIn(`actions/${name}/README.md`).map((example, index) => ({ ...example, number: index + 1 })),
);

test.each(numberedExamples)('$readme, example $number: $action takes it as it is written', async (example) => {
  const contract = await loadContract(example.action);
  const env = handedOver(example, contract);
  expect(() => readInputs(contract, env, fakeRunner(env))).not.toThrow();
  if (example.action !== pullRequestContract.name) return;
  const ofRunner = { INPUT_REPOSITORY: 'acme/gitops', INPUT_TOKEN: 't0ken' };
  const whole = { ...ofRunner, ...env };
  requireValidPullRequestInputs(readInputs(pullRequestContract, whole, fakeRunner(whole)));
});
