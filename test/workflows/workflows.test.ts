import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { actionNames, loadContract, ROOT } from '../../scripts/actions.ts';
import { parseDuration } from '../../src/core/duration.ts';
import { at, isObject, listAt, objectAt, stringAt } from '../../src/json/json.ts';
import { expectWithNote, invariant } from '../jest-support.ts';

const folder = join(ROOT, '.github', 'workflows');
const contracts = new Map(
  await Promise.all(actionNames().map(async (name) => [name, await loadContract(name)] as const)),
);

const OURS_OR_PINNED = /^(\$\/(\.github\/)?actions\/[\w-]+|[\w-]+\/[\w./-]+@[0-9a-f]{40})$/;
/** Outputs of third-party actions that our workflows read. */
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

const workflows = readdirSync(folder).map((file) => {
  const source = readFileSync(join(folder, file), 'utf8');
  const workflow: unknown = parse(source);
  return { file, source, workflow, jobs: Object.entries(objectAt(workflow, 'jobs') ?? {}) };
});

const declaredPermissions = ({ workflow, jobs }: (typeof workflows)[number]) => [
  at(workflow, 'permissions'),
  ...jobs.map(([, job]) => isObject(at(job, 'permissions'))),
];

test('deploy.yml declares no permissions, so that its jobs have those of the calling job and request no more', () => {
  const [deploy] = workflows.filter(({ file }) => file === 'deploy.yml');
  invariant(deploy);
  expect(declaredPermissions(deploy)).toStrictEqual([undefined, false, false]);
});

test.each(workflows.filter(({ file }) => file !== 'deploy.yml'))(
  '$file grants no permissions at the top, and declares them in each job',
  (workflow) => {
    expect(declaredPermissions(workflow)).toStrictEqual([{}, ...workflow.jobs.map(() => true)]);
  },
);

describe.each(workflows)('$file', ({ source, workflow, jobs }) => {
  test('pins third-party actions to a commit, and uses our own by $/', () => {
    for (const { uses } of jobs.flatMap(([, job]) => stepsOf(job))) {
      if (uses !== undefined) expect(uses).toMatch(OURS_OR_PINNED);
    }
  });

  test('passes to our actions only inputs that they have, and all required ones', () => {
    for (const step of jobs.flatMap(([, job]) => stepsOf(job))) {
      if (!step.uses?.startsWith('$/actions/')) continue;
      const contract = contractOf(step);
      invariant(contract, step.uses);
      for (const name of Object.keys(step.with))
        expectWithNote(name in contract.inputs, `${step.uses} has no input ${name}`).toBeTruthy();
      for (const [name, { presence }] of Object.entries(contract.inputs)) {
        invariant(presence !== 'required' || name in step.with, `${step.uses} needs ${name}`);
      }
    }
  });

  test('reads only outputs that its steps have', () => {
    for (const [name, job] of jobs) {
      const steps = new Map(stepsOf(job).map((step) => [step.id, step]));
      for (const [, id, output = ''] of JSON.stringify(job).matchAll(/steps\.([\w-]+)\.outputs\.([\w-]+)/g)) {
        const step = steps.get(id);
        const given = Object.keys(contractOf(step)?.outputs ?? {});
        const foreign = FOREIGN_OUTPUTS[step?.uses?.replace(/@.*/, '') ?? ''] ?? [];
        expectWithNote([...given, ...foreign], `${name}: steps.${id}.outputs.${output}`).toContain(output);
      }
    }
  });

  test('reads only outputs that its jobs have, and inputs that it declares', () => {
    const inputs = objectAt(workflow, 'on', 'workflow_call', 'inputs') ?? {};
    for (const [, name = ''] of source.matchAll(/\$\{\{[^}]*?\binputs\.([\w-]+)/g))
      expectWithNote(name in inputs, `inputs.${name}`).toBeTruthy();
    for (const [, job = '', output = ''] of source.matchAll(/(?:jobs|needs)\.([\w-]+)\.outputs\.([\w-]+)/g)) {
      invariant(objectAt(workflow, 'jobs', job, 'outputs')?.[output] !== undefined, `${job}.${output}`);
    }
  });

  test('puts no expression into a shell script', () => {
    for (const script of jobs.flatMap(([, job]) => listAt(job, 'steps').map((step) => stringAt(step, 'run') ?? ''))) {
      expect(script).not.toMatch(/\$\{\{/);
    }
  });
});

describe('keep-records', () => {
  const action: unknown = parse(readFileSync(join(ROOT, '.github', 'actions', 'keep-records', 'action.yml'), 'utf8'));
  const steps = listAt(action, 'runs', 'steps');

  test('pins third-party actions to a commit, and puts no expression into a shell script', () => {
    for (const step of steps) {
      expect(stringAt(step, 'uses') ?? '$/actions/none').toMatch(OURS_OR_PINNED);
      expect(stringAt(step, 'run') ?? '').not.toMatch(/\$\{\{/);
    }
  });

  test('is called at the end of every job of the reusable workflows, always runs, and never fails the job', () => {
    for (const file of ['build.yml', 'deploy.yml']) {
      for (const job of Object.values(objectAt(parse(readFileSync(join(folder, file), 'utf8')), 'jobs') ?? {})) {
        const last = listAt(job, 'steps').at(-1);
        expect(stringAt(last, 'uses')).toBe('$/.github/actions/keep-records');
        expect(stringAt(last, 'if')).toBe('${{ always() }}');
        expect(at(last, 'continue-on-error')).toBe(true);
        expect(Object.keys(objectAt(last, 'with') ?? {})).toStrictEqual(Object.keys(objectAt(action, 'inputs') ?? {}));
      }
    }
  });
});

describe('what the workflows pass to the actions', () => {
  const steps = (file: string) =>
    Object.values(objectAt(parse(readFileSync(join(folder, file), 'utf8')), 'jobs') ?? {}).flatMap(stepsOf);

  test('the caller chooses how many log lines of a failed container are shown', () => {
    const [, rollout] = steps('deploy.yml').filter(({ uses }) => uses === '$/actions/wait-for-rollout');
    expect(at(rollout, 'with', 'logs')).toBe('${{ inputs.logs }}');
    expect(
      at(parse(readFileSync(join(folder, 'deploy.yml'), 'utf8')), 'on', 'workflow_call', 'inputs', 'logs', 'default'),
    ).toBe(20);
  });

  test('the token of the job is only passed to GitHub’s registry', () => {
    const [login] = steps('build.yml').filter(({ uses }) => uses === '$/actions/build-image');
    for (const [input, own] of [
      ['registry-username', 'github.actor'],
      ['registry-password', 'github.token'],
    ] as const) {
      const given = String(login?.with[input]);
      expect(given.split(own).length).toBe(2);
      expectWithNote(given, given).toContain(`(startsWith(inputs.image, 'ghcr.io/') && ${own}) || ''`);
    }
  });

  test('only the proposed and approved head is merged', () => {
    const merging = steps('deploy.yml').filter((step) => step.with['merge'] === 'direct');
    expect(merging.map((step) => [step.id, step.with['on-foreign-commits'], step.with['approved-head']])).toStrictEqual(
      [
        ['merge', 'fail', '${{ needs.propose.outputs.head-sha }}'],
        ['rollback', 'replace', undefined],
      ],
    );
  });

  test('secrets have names that are valid for environment secrets', () => {
    for (const file of ['build.yml', 'deploy.yml']) {
      const call = objectAt(parse(readFileSync(join(folder, file), 'utf8')), 'on', 'workflow_call');
      for (const name of Object.keys(objectAt(call, 'secrets') ?? {})) expect(name).toMatch(/^[A-Z][A-Z0-9_]*$/);
    }
  });
});

describe('the canary configurations of the examples', () => {
  const inputs = objectAt(parse(readFileSync(join(folder, 'deploy.yml'), 'utf8')), 'on', 'workflow_call', 'inputs');
  const length = (input: string) => parseDuration(stringAt(inputs, input, 'default') ?? '') ?? 0;

  test.each(['shop', 'cart'])(
    '%s: with the defaults of deploy.yml, samples do not overlap, and there are twice as many as required',
    (service) => {
      const config = readFileSync(join(ROOT, 'examples', 'monorepo', service, 'canary.yaml'), 'utf8');
      const ranges = [...config.matchAll(/\[(\w+)\]/g)].map(([, range = '']) => parseDuration(range) ?? 0);
      expect(
        ranges.length > 0 && ranges.every((range) => range > 0 && range <= length('canary-interval')),
      ).toBeTruthy();
      const needed = Number(contracts.get('canary-gate')?.inputs['min-samples']?.default);
      expect(length('canary-duration') / length('canary-interval')).toBeGreaterThanOrEqual(2 * needed);
    },
  );
});
