import assert from 'node:assert/strict';
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse, parseAllDocuments } from 'yaml';
import { actionNames, loadContract, ROOT } from '../../scripts/actions.ts';
import { parseDuration } from '../../src/action/duration.ts';
import { at, isObject, listAt, objectAt, stringAt } from '../../src/json/json.ts';
import { callingJobs, readme, workflowToCopy } from './readme.ts';

const folder = join(ROOT, '.github', 'workflows');
const contracts = new Map(
  await Promise.all(actionNames().map(async (name) => [name, await loadContract(name)] as const)),
);

const OURS_OR_PINNED = /^(\$\/(\.github\/)?actions\/[\w-]+|[\w-]+\/[\w./-]+@[0-9a-f]{40})$/;
/** Outputs of other people's actions that our workflows read. */
const FOREIGN_OUTPUTS: Readonly<Record<string, readonly string[]>> = { 'actions/checkout': ['ref', 'commit'] };

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
        if (uses !== undefined) assert.match(uses, OURS_OR_PINNED);
      }
    });

    test('gives our actions only inputs that they take, and all that they need', () => {
      for (const step of jobs.flatMap(([, job]) => stepsOf(job))) {
        if (!step.uses?.startsWith('$/actions/')) continue;
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
          const step = steps.get(id);
          const given = Object.keys(contractOf(step)?.outputs ?? {});
          const foreign = FOREIGN_OUTPUTS[step?.uses?.replace(/@.*/, '') ?? ''] ?? [];
          assert.ok([...given, ...foreign].includes(output), `${name}: steps.${id}.outputs.${output}`);
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

describe('keep-records', () => {
  const action: unknown = parse(readFileSync(join(ROOT, '.github', 'actions', 'keep-records', 'action.yml'), 'utf8'));
  const steps = listAt(action, 'runs', 'steps');

  test("takes other people's actions by commit, and puts no expression into a shell script", () => {
    for (const step of steps) {
      assert.match(stringAt(step, 'uses') ?? '$/actions/none', OURS_OR_PINNED);
      assert.doesNotMatch(stringAt(step, 'run') ?? '', /\$\{\{/);
    }
  });

  test('is called by every job of the reusable workflows, whatever became of it, and fails none', () => {
    for (const file of ['build.yml', 'deploy.yml']) {
      for (const job of Object.values(objectAt(parse(readFileSync(join(folder, file), 'utf8')), 'jobs') ?? {})) {
        const last = listAt(job, 'steps').at(-1);
        assert.equal(stringAt(last, 'uses'), '$/.github/actions/keep-records');
        assert.equal(stringAt(last, 'if'), '${{ always() }}');
        assert.equal(at(last, 'continue-on-error'), true);
        assert.deepEqual(Object.keys(objectAt(last, 'with') ?? {}), Object.keys(objectAt(action, 'inputs') ?? {}));
      }
    }
  });
});

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
      merging.map((step) => [step.id, step.with['on-foreign-commits'], step.with['approved-head']]),
      [
        ['merge', 'fail', '${{ needs.propose.outputs.head-sha }}'],
        ['rollback', 'replace', undefined],
      ],
    );
  });

  test('secrets have names that secrets of an environment can have', () => {
    for (const file of ['build.yml', 'deploy.yml']) {
      const call = objectAt(parse(readFileSync(join(folder, file), 'utf8')), 'on', 'workflow_call');
      for (const name of Object.keys(objectAt(call, 'secrets') ?? {})) assert.match(name, /^[A-Z][A-Z0-9_]*$/);
    }
  });
});

describe('the workflow to copy from the README', () => {
  const calls = callingJobs.map(({ file, ...call }) => {
    assert.ok(file, call.name);
    return { ...call, called: parse(readFileSync(join(folder, file), 'utf8')) };
  });
  const deploys = calls.filter(({ inputs }) => 'environment' in inputs);
  const monorepo = join(ROOT, 'examples', 'monorepo');
  const gitops = join(ROOT, 'examples', 'gitops');

  test('calls our reusable workflows with what they declare', () => {
    assert.ok(calls.length > 0);
    for (const { name, called, inputs, secrets } of calls) {
      for (const [part, given] of Object.entries({ inputs, secrets })) {
        const declared = objectAt(called, 'on', 'workflow_call', part) ?? {};
        for (const key of Object.keys(given)) assert.ok(key in declared, `${name}: ${key}`);
        for (const [key, spec] of Object.entries(declared))
          assert.ok(at(spec, 'required') !== true || key in given, `${name} needs ${key}`);
      }
    }
  });

  test('grants each job no more than the called workflow asks for', () => {
    for (const { name, called, permissions } of calls) {
      const asked = Object.values(objectAt(called, 'jobs') ?? {}).map((job) => objectAt(job, 'permissions') ?? {});
      assert.deepEqual(permissions, Object.assign({}, ...asked), name);
    }
  });

  test('passes the secrets of environments on under their own names, which alone lets them through', () => {
    for (const { name, secrets } of deploys) {
      assert.ok('KUBECONFIG' in secrets, name);
      for (const [key, value] of Object.entries(secrets)) assert.equal(value, `\${{ secrets.${key} }}`);
    }
    const table = readme.slice(readme.indexOf('What it needs'));
    for (const { inputs } of deploys) assert.ok(table.includes(`\`${inputs['environment']}\``));
    for (const { secrets } of deploys) for (const key of Object.keys(secrets)) assert.ok(table.includes(`\`${key}\``));
  });

  test('fits the example monorepo', () => {
    for (const path of listAt(workflowToCopy, 'on', 'push', 'paths'))
      assert.ok(globSync(String(path), { cwd: monorepo }).length > 0, String(path));
    for (const { name, inputs } of calls) {
      for (const path of [inputs['context'], inputs['canary-config']])
        assert.ok(path === undefined || existsSync(join(monorepo, String(path))), `${name}: ${path}`);
    }
    const build = calls.find(({ inputs }) => 'context' in inputs)?.inputs;
    assert.ok(existsSync(join(monorepo, String(build?.['context']), 'Dockerfile')));
  });

  test('fits the example GitOps repository', () => {
    const image = calls.map(({ inputs }) => inputs['image']).find((one) => !String(one).includes('${{'));
    const objects = globSync('**/*.yaml', { cwd: gitops })
      .filter((path) => !path.startsWith('charts'))
      .flatMap((path) => parseAllDocuments(readFileSync(join(gitops, path), 'utf8')))
      .map((document): unknown => document.toJS());
    const named = (kind: string, name: string) =>
      objects.find(
        (one) => stringAt(one, 'kind')?.toLowerCase() === kind && stringAt(one, 'metadata', 'name') === name,
      );
    for (const { name, inputs } of deploys) {
      const overlay = String(inputs['paths']);
      const kustomization: unknown = parse(readFileSync(join(gitops, overlay, 'kustomization.yaml'), 'utf8'));
      assert.equal(stringAt(kustomization, 'images', 0, 'name'), image, name);
      const [namespace, kind = '', workload = ''] = String(inputs['resources']).split('/');
      assert.ok(named(kind, workload), `${name}: ${inputs['resources']}`);
      assert.equal(stringAt(kustomization, 'namespace'), namespace);
      const [, , application = ''] = String(inputs['gitops-resources']).split('/');
      assert.equal(stringAt(named('application', application), 'spec', 'source', 'path'), overlay);
    }
  });
});

describe('the canaries of the examples', () => {
  const inputs = objectAt(parse(readFileSync(join(folder, 'deploy.yml'), 'utf8')), 'on', 'workflow_call', 'inputs');
  const length = (input: string) => parseDuration(stringAt(inputs, input, 'default') ?? '') ?? 0;

  for (const service of ['shop', 'cart']) {
    test(`${service}: as deploy.yml looks at it, no sample is counted twice, and there are twice as many as are needed`, () => {
      const config = readFileSync(join(ROOT, 'examples', 'monorepo', service, 'canary.yaml'), 'utf8');
      const ranges = [...config.matchAll(/\[(\w+)\]/g)].map(([, range = '']) => parseDuration(range) ?? 0);
      assert.ok(ranges.length > 0 && ranges.every((range) => range > 0 && range <= length('canary-interval')));
      const needed = Number(contracts.get('canary-gate')?.inputs['min-samples']?.default);
      assert.ok(length('canary-duration') / length('canary-interval') >= 2 * needed);
    });
  }
});
