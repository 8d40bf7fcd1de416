import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { actionNames, loadContract, ROOT } from '../../scripts/actions.ts';
import { at, isObject, listAt, objectAt, stringAt } from '../../src/json/json.ts';

const folder = join(ROOT, '.github', 'workflows');
const contracts = new Map(
  await Promise.all(actionNames().map(async (name) => [name, await loadContract(name)] as const)),
);

interface Step {
  readonly id: string | undefined;
  readonly uses: string | undefined;
  readonly with: Record<string, unknown>;
}

function stepsOf(job: unknown): Step[] {
  return listAt(job, 'steps').map((step) => ({
    id: stringAt(step, 'id'),
    uses: stringAt(step, 'uses'),
    with: objectAt(step, 'with') ?? {},
  }));
}

function contractOf(step: Step | undefined) {
  return contracts.get(step?.uses?.replace('$/actions/', '') ?? '');
}

for (const file of readdirSync(folder)) {
  const source = readFileSync(join(folder, file), 'utf8');
  const workflow: unknown = parse(source);
  const jobs = Object.entries(objectAt(workflow, 'jobs') ?? {});

  describe(file, () => {
    test('grants nothing at the top and the least in each job', () => {
      assert.deepEqual(at(workflow, 'permissions'), {});
      for (const [name, job] of jobs) assert.ok(isObject(at(job, 'permissions')), name);
    });

    test("takes other people's actions by commit and our own by $/", () => {
      for (const { uses } of jobs.flatMap(([, job]) => stepsOf(job))) {
        if (uses !== undefined) assert.match(uses, /^(\$\/actions\/[\w-]+|[\w-]+\/[\w./-]+@[0-9a-f]{40})$/);
      }
    });

    test('gives our actions only inputs that they take, and all that they need', () => {
      for (const step of jobs.flatMap(([, job]) => stepsOf(job))) {
        if (!step.uses?.startsWith('$/')) continue;
        const contract = contractOf(step);
        assert.ok(contract, step.uses);
        for (const name of Object.keys(step.with))
          assert.ok(name in contract.inputs, `${step.uses} takes no input ${name}`);
        for (const [name, { presence }] of Object.entries(contract.inputs)) {
          assert.ok(presence !== 'required' || name in step.with, `${step.uses} needs ${name}`);
        }
      }
    });

    test('reads only outputs that its steps give', () => {
      for (const [name, job] of jobs) {
        const steps = new Map(stepsOf(job).map((step) => [step.id, step]));
        for (const [, id, output = ''] of JSON.stringify(job).matchAll(/steps\.([\w-]+)\.outputs\.([\w-]+)/g)) {
          assert.ok(output in (contractOf(steps.get(id))?.outputs ?? {}), `${name}: steps.${id}.outputs.${output}`);
        }
      }
    });

    test('reads only outputs that its jobs have, and only inputs that it declares', () => {
      const inputs = objectAt(workflow, 'on', 'workflow_call', 'inputs') ?? {};
      for (const [, name = ''] of source.matchAll(/\$\{\{[^}]*?\binputs\.([\w-]+)/g))
        assert.ok(name in inputs, `inputs.${name}`);
      for (const [, job = '', output = ''] of source.matchAll(/(?:jobs|needs)\.([\w-]+)\.outputs\.([\w-]+)/g)) {
        assert.ok(objectAt(workflow, 'jobs', job, 'outputs')?.[output] !== undefined, `${job}.${output}`);
      }
    });

    test('puts no expression into a shell script', () => {
      for (const script of jobs.flatMap(([, job]) => listAt(job, 'steps').map((step) => stringAt(step, 'run') ?? ''))) {
        assert.doesNotMatch(script, /\$\{\{/);
      }
    });
  });
}

describe('what the workflows hand over', () => {
  const steps = (file: string) =>
    Object.values(objectAt(parse(readFileSync(join(folder, file), 'utf8')), 'jobs') ?? {}).flatMap(stepsOf);

  test("the job's own token goes to GitHub's registry alone", () => {
    const [login] = steps('build.yml').filter(({ uses }) => uses === '$/actions/build-image');
    for (const [input, own] of [
      ['registry-username', 'github.actor'],
      ['registry-password', 'github.token'],
    ] as const) {
      const given = String(login?.with[input]);
      assert.equal(given.split(own).length, 2);
      assert.ok(given.includes(`(startsWith(inputs.image, 'ghcr.io/') && ${own}) || ''`), given);
    }
  });

  test('what is merged under an approval is what was proposed', () => {
    const merging = steps('deploy.yml').filter((step) => step.with['merge'] === 'direct');
    assert.deepEqual(
      merging.map((step) => [step.id, step.with['on-foreign-commits']]),
      [
        ['merge', 'fail'],
        ['rollback', 'replace'],
      ],
    );
  });
});

describe('the workflow to copy from the README', () => {
  const source = /```yaml\n([\s\S]*?)```/.exec(readFileSync(join(ROOT, 'README.md'), 'utf8'))?.[1] ?? '';
  const jobs = Object.entries(objectAt(parse(source), 'jobs') ?? {});

  test('calls our reusable workflows with what they declare', () => {
    assert.ok(jobs.length > 0);
    for (const [name, job] of jobs) {
      const file = /^OWNER\/gitops-actions\/(\.github\/workflows\/[a-z]+\.yml)@v1$/.exec(
        stringAt(job, 'uses') ?? '',
      )?.[1];
      assert.ok(file, name);
      const call = objectAt(parse(readFileSync(join(ROOT, file), 'utf8')), 'on', 'workflow_call');
      for (const part of [
        { given: 'with', declared: 'inputs' },
        { given: 'secrets', declared: 'secrets' },
      ]) {
        const declared = objectAt(call, part.declared) ?? {};
        const given = objectAt(job, part.given) ?? {};
        for (const key of Object.keys(given)) assert.ok(key in declared, `${name}: ${key}`);
        for (const [key, spec] of Object.entries(declared))
          assert.ok(at(spec, 'required') !== true || key in given, `${name} needs ${key}`);
      }
    }
  });

  test('grants each job no more than the called workflow asks for', () => {
    for (const [name, job] of jobs) {
      const file = (stringAt(job, 'uses') ?? '').replace('OWNER/gitops-actions/', '').replace('@v1', '');
      const called = Object.values(objectAt(parse(readFileSync(join(ROOT, file), 'utf8')), 'jobs') ?? {});
      const asked = Object.assign({}, ...called.map((one) => objectAt(one, 'permissions') ?? {}));
      assert.deepEqual(objectAt(job, 'permissions'), asked, name);
    }
  });
});
