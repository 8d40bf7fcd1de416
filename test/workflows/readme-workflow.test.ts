import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { ROOT } from '../../scripts/actions.ts';
import { at, listAt, objectAt, stringAt } from '../../src/json/json.ts';
import { expectWithNote, invariant } from '../jest-support.ts';
import { callingJobs, readme, workflowToCopy } from './readme.ts';

const folder = join(ROOT, '.github', 'workflows');

describe('the workflow to copy from the README', () => {
  const calls = callingJobs.map(({ file, ...call }) => {
    invariant(file, call.name);
    return { ...call, called: parse(readFileSync(join(folder, file), 'utf8')) };
  });
  const deploys = calls.filter(({ inputs }) => 'environment' in inputs);
  const monorepo = join(ROOT, 'examples', 'monorepo');
  const gitops = join(ROOT, 'examples', 'gitops');

  test('calls our reusable workflows with declared inputs and secrets, and all required ones', () => {
    expect(calls.length).toBeGreaterThan(0);
    for (const { name, called, inputs, secrets } of calls) {
      for (const [part, given] of Object.entries({ inputs, secrets })) {
        const declared = objectAt(called, 'on', 'workflow_call', part) ?? {};
        for (const key of Object.keys(given)) expectWithNote(key in declared, `${name}: ${key}`).toBeTruthy();
        for (const [key, spec] of Object.entries(declared))
          expectWithNote(at(spec, 'required') !== true || key in given, `${name} needs ${key}`).toBeTruthy();
      }
    }
  });

  test('grants each job exactly the permissions that the called workflow requires', () => {
    for (const { name, called, inputs, permissions } of calls) {
      const requested = Object.values(objectAt(called, 'jobs') ?? {}).map((job) => objectAt(job, 'permissions') ?? {});
      // deploy.yml declares none: if the GitOps repository is another one, it only reads the caller's.
      const required = 'gitops-repository' in inputs ? { contents: 'read' } : Object.assign({}, ...requested);
      expectWithNote(permissions, name).toStrictEqual(required);
    }
  });

  test('passes environment secrets by their own names, because GitHub passes no others', () => {
    for (const { name, secrets } of deploys) {
      expectWithNote('KUBECONFIG' in secrets, name).toBeTruthy();
      for (const [key, value] of Object.entries(secrets)) expect(value).toBe(`\${{ secrets.${key} }}`);
    }
    const table = readme.slice(readme.indexOf('What it needs'));
    for (const { inputs } of deploys) expect(table).toContain(`\`${inputs['environment']}\``);
    for (const { secrets } of deploys) for (const key of Object.keys(secrets)) expect(table).toContain(`\`${key}\``);
  });

  test('matches the example monorepo', () => {
    for (const path of listAt(workflowToCopy, 'on', 'push', 'paths'))
      expectWithNote(globSync(String(path), { cwd: monorepo }).length, String(path)).toBeGreaterThan(0);
    for (const { name, inputs } of calls) {
      for (const path of [inputs['context'], inputs['canary-config']])
        invariant(path === undefined || existsSync(join(monorepo, String(path))), `${name}: ${path}`);
    }
    const build = calls.find(({ inputs }) => 'context' in inputs)?.inputs;
    expect(existsSync(join(monorepo, String(build?.['context']), 'Dockerfile'))).toBeTruthy();
  });

  test('matches the example GitOps repository', () => {
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
      expectWithNote(stringAt(kustomization, 'images', 0, 'name'), name).toBe(image);
      const [namespace, kind = '', workload = ''] = String(inputs['resources']).split('/');
      expectWithNote(named(kind, workload), `${name}: ${inputs['resources']}`).toBeTruthy();
      expect(stringAt(kustomization, 'namespace')).toBe(namespace);
      const [, , application = ''] = String(inputs['gitops-resources']).split('/');
      expect(stringAt(named('application', application), 'spec', 'source', 'path')).toBe(overlay);
    }
  });
});
